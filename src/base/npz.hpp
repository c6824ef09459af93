#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/base/npy.hpp>
#include <espalier/base/zip.hpp>

namespace espalier {

/// NumPy's .npz: a zip archive of .npy arrays (np.savez, np.savez_compressed, scipy.sparse.save_npz).
class NpzFile {
  public:
    /// Reads the directory, no array yet.
    /// @throws IoError, FormatError: see ZipArchive; FormatError where a member is not named *.npy
    explicit NpzFile(const std::filesystem::path& path, const ZipLimits& limits = {});

    const std::string& path() const { return path_; }
    /// Without ".npy", in natural order.
    const std::vector<std::string>& names() const { return names_; }
    bool has(const std::string& name) const;

    /// @throws FormatError naming file and member where it is missing or not a readable array
    NpyArray read(const std::string& name) const;

  private:
    std::string path_;
    ZipArchive archive_;
    std::vector<std::string> names_;
};

}  // namespace espalier
