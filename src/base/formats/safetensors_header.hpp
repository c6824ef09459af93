#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/base/formats/safetensors.hpp>

namespace espalier {

struct SafetensorsHeader {
    std::vector<SafetensorsEntry> entries;        ///< in the header's order
    std::map<std::string, std::string> metadata;  ///< of `__metadata__`
};

/// What the JSON header of a .safetensors file says.
/// Fields `dtype`, `shape` and `data_offsets` are there once each and nothing else is; no name or key is there twice
/// (JSON parsers keep the last); names have no control characters; at most 100 000 tensors of at most 32 dimensions.
/// @throws FormatError naming `where`, tensor and field
SafetensorsHeader parse_safetensors_header(std::string_view text, const std::string& where);

/// Bytes an element of a type takes, 0 for a type the format does not know.
std::size_t safetensors_width(const std::string& type);

}  // namespace espalier
