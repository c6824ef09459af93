#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include <espalier/base/formats/npy.hpp>
#include <espalier/base/formats/zip.hpp>

namespace espalier {

/// NumPy's .npz: a zip archive of .npy arrays (np.savez, np.savez_compressed, scipy.sparse.save_npz).
class NpzFile {
  public:
    /// Reads the directory, no array yet.
    /// @throws IoError, FormatError: see ZipArchive; FormatError where a member is not named *.npy
    explicit NpzFile(const std::filesystem::path& path, const ZipLimits& limits = {});

    /// As it was given, for messages.
    const std::string& path() const { return archive_.path(); }
    /// The archive below, for whoever reads members that are no arrays.
    const ZipArchive& archive() const { return archive_; }
    /// Without ".npy", in the order of the archive, which is the order they were saved in.
    const std::vector<std::string>& names() const { return names_; }
    /// Whether there is an array of this name (without ".npy").
    bool has(const std::string& name) const { return places_.contains(name); }

    /// What the header of an array says; its elements are not looked at.
    /// @throws FormatError naming file and member where it is missing or no array
    NpyHeader header(const std::string& name) const;
    /// @throws FormatError naming file and member where it is missing or not a readable array
    Tensor read(const std::string& name) const;
    /// The same, piece by piece.
    /// @return what this file must outlive
    ElementStream stream(const std::string& name) const;
    /// The archive's member that is this array.
    const ZipMember& member(const std::string& name) const;

  private:
    std::string where(const std::string& name) const;

    ZipArchive archive_;
    std::vector<std::string> names_;
    std::unordered_map<std::string, std::size_t> places_;  ///< of names among the members
};

}  // namespace espalier
