#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <espalier/base/formats/zip.hpp>

namespace espalier {

/// Writes NumPy's .npz as np.savez_compressed does: deflated members, Zip64 fields throughout. Members are written in
/// pieces, so no array need be in memory as a whole.
class NpzWriter {
  public:
    /// @throws IoError where the file cannot be created
    explicit NpzWriter(const std::filesystem::path& path);
    NpzWriter(const NpzWriter&) = delete;
    NpzWriter& operator=(const NpzWriter&) = delete;
    ~NpzWriter();

    /// Begins array `name`; exactly the bytes of this shape follow by write().
    /// @param type  NumPy's descr, "<f4", "|b1", "|S3"
    void begin(const std::string& name, const std::string& type, std::span<const std::size_t> shape);
    /// The next bytes of the array that was begun, C order, little-endian.
    void write(std::span<const std::byte> bytes);
    /// Ends the array.
    void end();

    /// A whole array at once, one-dimensional.
    template <class T>
    void array(const std::string& name, const std::string& type, std::span<const T> values) {
        const std::vector<std::size_t> shape{values.size()};
        begin(name, type, shape);
        write(std::as_bytes(values));
        end();
    }
    /// A 0-d byte string.
    void text(const std::string& name, const std::string& value);

    /// Writes the directory. Without it the file is no archive.
    /// @throws IoError where anything could not be written
    void close();

  private:
    struct Deflate;

    void put(const std::string& bytes);
    void deflate_on(std::span<const std::byte> bytes, bool is_last);

    std::string path_;
    std::ofstream stream_;
    std::vector<ZipMember> members_;
    std::unique_ptr<Deflate> deflate_;
};

}  // namespace espalier
