#pragma once

#include <cstdint>
#include <string>

#include "fixtures.hpp"

namespace espalier::testing {

/// A PNG written chunk by chunk, so that a test can get each of them wrong.
struct PngParts {
    std::uint32_t width = 2;
    std::uint32_t height = 2;
    std::uint8_t bits = 8;
    std::uint8_t colour_type = 2;  ///< 0 grey, 2 colour, 3 palette, 4 grey and alpha, 6 colour and alpha
    Bytes rows;                    ///< each with its filter's byte, 0, before it
    Bytes palette = {};
    Bytes transparency = {};
    Bytes gamma = {};
};

Bytes png(const PngParts& parts);

/// Rows with filter 0 of samples side by side.
Bytes png_rows(const Bytes& samples, std::size_t bytes_a_row);

/// A JPEG of the best quality; channels 1, 3, or 4 for CMYK.
Bytes jpeg(const Bytes& samples, std::uint32_t width, std::uint32_t height, int channels, bool progressive = false);

}  // namespace espalier::testing
