#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace espalier {

/// The elements of an array that lie `strides` apart, one after the other with the last index fastest (C order).
/// @param data     from the first element on; every element lies within it, which the caller has checked
/// @param strides  in elements, one a side; 0 repeats
/// @param width    bytes an element
std::vector<std::byte> gather_strided(std::span<const std::byte> data, const std::vector<std::size_t>& shape,
                                      const std::vector<std::size_t>& strides, std::size_t width);

/// Whether these are the strides of C order, so that nothing need be gathered.
bool is_c_order(const std::vector<std::size_t>& shape, const std::vector<std::size_t>& strides);

}  // namespace espalier
