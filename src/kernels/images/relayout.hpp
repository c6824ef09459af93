#pragma once

#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/images/image.hpp>

namespace espalier::kernels {

/// Copies images from rows into lane blocks, where they have their border.
/// @param rows    [image.features() x lanes]
/// @param blocks  [image.room() x lanes]
template <class T>
void rows_to_blocks(const Image& image, View<const T> rows, View<T> blocks);

/// And back.
template <class T>
void blocks_to_rows(const Image& image, View<const T> blocks, View<T> rows);

}  // namespace espalier::kernels
