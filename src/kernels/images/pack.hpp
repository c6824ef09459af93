#pragma once

#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/images/taps.hpp>

namespace espalier::kernels {

/// Lays out a tile: of `count` channels from `first` on, of some lane blocks, for outputs from (row, col 0) on.
/// @param in    lane-blocked [features x lanes]
/// @param tile  layout.elements() numbers
template <class T>
void pack_tile(const TileLayout& layout, const Image& image, View<const T> in, std::size_t first_block,
               std::size_t first_channel, std::size_t channels, std::size_t row, T* tile);

}  // namespace espalier::kernels
