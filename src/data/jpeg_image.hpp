#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <espalier/data/image_file.hpp>

namespace espalier::data {

/// What a JPEG's header says.
/// @throws FormatError for a damaged header, an image too large, or four channels (CMYK)
ImageSize jpeg_size(std::span<const std::byte> bytes, const std::string& where);

/// Grey or red, green, blue, [channels x height x width]. Another version of the library may decode to bytes that
/// differ by one.
/// @param size  what jpeg_size() found
/// @throws FormatError naming what is damaged: the library would only warn of most, and go on with grey
void decode_jpeg(std::span<const std::byte> bytes, const std::string& where, const ImageSize& size,
                 std::span<std::uint8_t> planes);

}  // namespace espalier::data
