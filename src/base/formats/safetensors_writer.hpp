#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <espalier/base/formats/safetensors.hpp>

namespace espalier {

/// Writes a .safetensors file: the header first, then the tensors in the order given, in pieces.
class SafetensorsWriter {
  public:
    /// @param entries   names, types (F32, I64, BOOL, ...) and shapes; their ranges are set here. Wider types first
    /// keeps
    ///                  every tensor aligned, as the reference implementation does
    /// @param metadata  becomes `__metadata__`, where there is any
    /// @throws IoError where the file cannot be created
    SafetensorsWriter(const std::filesystem::path& path, std::vector<SafetensorsEntry> entries,
                      const std::map<std::string, std::string>& metadata = {});

    /// The next bytes of data.
    void write(std::span<const std::byte> bytes);

    /// @throws IoError where anything could not be written
    void close();

  private:
    std::string path_;
    std::ofstream stream_;
};

}  // namespace espalier
