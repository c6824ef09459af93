#pragma once

#include <cstdint>
#include <span>

namespace espalier::kernels {

/// How many numbers more than it finds collect_above() may write.
inline constexpr std::size_t collect_slack = 16;

/// Finds the numbers whose absolute value is not below the bound (what is no number passes, too), in order: their
/// places and absolute values. One thread.
/// @param places, sizes  [numbers + collect_slack] room; returns how many entries count
template <class T>
std::size_t collect_above(std::span<const T> numbers, T bound, std::span<std::uint32_t> places, std::span<T> sizes);

}  // namespace espalier::kernels
