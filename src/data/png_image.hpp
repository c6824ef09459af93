#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <espalier/data/image_file.hpp>

namespace espalier::data {

/// What a PNG's header says. Palettes count as colour.
/// @throws FormatError for a damaged header, an image too large, or 16 bits a channel, which bytes would cut
ImageSize png_size(std::span<const std::byte> bytes, const std::string& where);

/// Values as they are stored, [channels x height x width]: no gamma is applied; grey of fewer bits is spread over 0 to
/// 255. An alpha channel must be opaque everywhere.
/// @param size  what png_size() found
/// @throws FormatError naming what is damaged, also a checksum; the first pixel that is not opaque
void decode_png(std::span<const std::byte> bytes, const std::string& where, const ImageSize& size,
                std::span<std::uint8_t> planes);

}  // namespace espalier::data
