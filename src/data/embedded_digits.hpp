#pragma once

#include <cstdint>
#include <span>

namespace espalier::data {

/// The files of src/data/digits/ as they are, gzipped IDX, compiled in.
std::span<const std::uint8_t> embedded_digit_images();
std::span<const std::uint8_t> embedded_digit_labels();

}  // namespace espalier::data
