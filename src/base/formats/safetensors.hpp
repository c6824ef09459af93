#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <espalier/base/files/input_file.hpp>
#include <espalier/base/formats/tensor.hpp>

namespace espalier {

/// What the header of a .safetensors file says of one tensor.
struct SafetensorsEntry {
    std::string name;
    std::string type;  ///< "F32", as the file writes it
    std::vector<std::size_t> shape;
    std::uint64_t begin = 0;  ///< first byte, counted from the end of the header
    std::uint64_t end = 0;    ///< behind the last byte
};

/// A .safetensors file opened for reading: 8 bytes of header length, a JSON header, then the tensors side by side.
///
/// Nothing in it is trusted. Before anything is allocated the header's length is checked against 100 MB (the limit of
/// the reference implementation) and the file; names and fields are unique; the type is one the format knows (a tensor
/// of a type that is not read, such as the eight-bit floats, may be there as long as nobody reads it); every range
/// holds exactly shape x width bytes, and the ranges fill the file without overlap or holes. Source:
/// https://github.com/huggingface/safetensors, "Format".
class SafetensorsFile {
  public:
    /// Reads and checks the header, no tensor yet.
    /// @throws IoError where it cannot be read; FormatError naming file, tensor and what is wrong
    explicit SafetensorsFile(const std::filesystem::path& path);

    /// As it was given, for messages.
    const std::string& path() const { return file_.path(); }
    /// In the order of their data.
    const std::vector<SafetensorsEntry>& entries() const { return entries_; }
    /// What `__metadata__` says.
    const std::map<std::string, std::string>& metadata() const { return metadata_; }

    /// F16, BF16, F32, F64, integers of 8 to 64 bits, BOOL.
    /// @throws FormatError where its type is not read; IoError where the file has become shorter
    Tensor read(const SafetensorsEntry& entry) const;

  private:
    InputFile file_;
    std::uint64_t data_ = 0;  ///< where the tensors begin
    std::vector<SafetensorsEntry> entries_;
    std::map<std::string, std::string> metadata_;
};

}  // namespace espalier
