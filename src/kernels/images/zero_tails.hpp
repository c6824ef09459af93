#pragma once

#include <algorithm>

#include <espalier/kernels/activations.hpp>

namespace espalier::kernels {

/// Makes lanes that hold no sample zero again, of lane-blocked activations: of the last block.
template <class T>
void zero_tails(View<T> view) {
    const View<T> last = view.block(view.blocks() - 1);
    if (last.lanes == last.stride) return;
    for (std::size_t f = 0; f < last.features; ++f)
        std::fill(last.row(f) + last.lanes, last.row(f) + last.stride, T(0));
}

}  // namespace espalier::kernels
