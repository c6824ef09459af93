#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace espalier {

/// What the header of a .safetensors file says of one tensor.
struct SafetensorsEntry {
    std::string name;
    std::string type;  ///< "F32", as the file writes it
    std::vector<std::size_t> shape;
    std::uint64_t begin = 0;  ///< first byte, counted from the end of the header
    std::uint64_t end = 0;    ///< behind the last byte
};

/// The numbers of one tensor, C order: F32, F16, BF16 or BOOL.
///
/// It offers what NpyArray does for dense arrays: where(), shape(), size(), number(k), finite_float(k), has_values().
class SafetensorsTensor {
  public:
    /// @param bytes  as the file holds them: exactly shape x width of `entry`
    /// @param where  what errors call it: "masks.safetensors: 'fc1.weight'"
    /// @throws FormatError for types other than the four, by name
    SafetensorsTensor(SafetensorsEntry entry, std::vector<std::byte> bytes, std::string where);

    const std::string& where() const { return where_; }
    const std::vector<std::size_t>& shape() const { return entry_.shape; }
    std::size_t size() const { return bytes_.size() / width_; }
    /// True for floating-point numbers, false for BOOL, which has no weights.
    bool has_values() const { return entry_.type != "BOOL"; }
    /// Element k; of a BOOL 0 or 1.
    double number(std::size_t k) const;
    /// Element k, which is finite.
    /// @throws FormatError naming it where it is not
    float finite_float(std::size_t k) const;

  private:
    enum class Kind { boolean, half, brain, single };

    SafetensorsEntry entry_;
    std::vector<std::byte> bytes_;
    std::string where_;
    Kind kind_;
    std::size_t width_;
};

/// A .safetensors file opened for reading: 8 bytes of header length, a JSON header, then the tensors side by side.
///
/// Nothing in it is trusted. Before anything is allocated the header's length is checked against 100 MB (the limit of
/// the reference implementation) and the file; names and fields are unique; the type is one the format knows (a tensor
/// of a type that is not read, such as the I64 counters of batch normalisation, may be there as long as nobody reads
/// it); every range holds exactly shape x width bytes, and the ranges fill the file without overlap or holes.
/// Source: https://github.com/huggingface/safetensors, "Format".
class SafetensorsFile {
  public:
    /// Reads and checks the header, no tensor yet.
    /// @throws IoError where it cannot be read; FormatError naming file, tensor and what is wrong
    explicit SafetensorsFile(const std::filesystem::path& path);

    const std::string& path() const { return path_; }
    /// In natural order of their names: the order of the file is whatever its writer liked.
    const std::vector<SafetensorsEntry>& entries() const { return entries_; }

    /// @throws FormatError where its type is not read; IoError where the file has become shorter
    SafetensorsTensor read(const SafetensorsEntry& entry) const;

  private:
    std::string path_;
    std::uint64_t data_ = 0;  ///< where the tensors begin
    std::vector<SafetensorsEntry> entries_;
};

/// Bits of a bfloat16, the upper half of a float's.
float brain_to_float(std::uint16_t bits);

}  // namespace espalier
