#pragma once

#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/simd.hpp>

namespace espalier::kernels {

template <class T>
RawView<T> raw(View<T> view) {
    return {view.data, view.lanes, view.stride};
}

}  // namespace espalier::kernels
