#include <algorithm>

#include <espalier/base/threads/threads.hpp>
#include <espalier/kernels/dense_product.hpp>
#include <espalier/kernels/gemm.hpp>
#include <espalier/kernels/raw.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {
namespace {

/// Rows of the result a tile has: enough tiles to feed eight threads, none thinner than a good GEMM wants.
std::size_t tile_rows(std::size_t rows) {
    return std::max<std::size_t>(64, (rows + 7) / 8);
}

/// body(first, count) for each tile; tiles are dealt to threads, and are the same for any number of them.
template <class Body>
void for_tiles(std::size_t rows, std::size_t work_per_row, const Body& body) {
    const std::size_t tile = tile_rows(rows);
    const std::size_t tiles = (rows + tile - 1) / tile;
    const auto run = [&](std::size_t t) { body(t * tile, std::min(tile, rows - t * tile)); };
    if (rows * work_per_row < multiply_adds_worth_threads) {
        for (std::size_t t = 0; t < tiles; ++t) run(t);
    } else {
        parallel_for(tiles, run);
    }
}

}  // namespace

template <class T>
void dense_forward(std::span<const T> weight, const T* bias, View<const T> in, View<T> out) {
    for_tiles(out.features, in.features * in.stride, [&](std::size_t first, std::size_t count) {
        gemm({'N', 'N', count, in.stride, in.features, in.features, in.stride, out.stride},
             weight.data() + first * in.features, in.data, out.row(first));
        if (bias != nullptr) simd<T>().add_bias(raw(out), bias, first, first + count);
    });
}

template <class T>
void dense_input_gradient(std::span<const T> weight, View<const T> grad_out, View<T> grad_in) {
    for_tiles(grad_in.features, grad_out.features * grad_out.stride, [&](std::size_t first, std::size_t count) {
        gemm({'T', 'N', count, grad_out.stride, grad_out.features, grad_in.features, grad_out.stride, grad_in.stride},
             weight.data() + first, grad_out.data, grad_in.row(first));
    });
}

template <class T>
void dense_weight_gradient(View<const T> grad_out, View<const T> in, std::size_t first, std::size_t count,
                           std::span<T> gradient) {
    for_tiles(count, in.features * in.stride, [&](std::size_t begin, std::size_t rows) {
        gemm({'N', 'T', rows, in.features, in.stride, grad_out.stride, in.stride, in.features},
             grad_out.row(first + begin), in.data, gradient.data() + begin * in.features);
    });
}

template void dense_forward(std::span<const float>, const float*, View<const float>, View<float>);
template void dense_forward(std::span<const double>, const double*, View<const double>, View<double>);
template void dense_input_gradient(std::span<const float>, View<const float>, View<float>);
template void dense_input_gradient(std::span<const double>, View<const double>, View<double>);
template void dense_weight_gradient(View<const float>, View<const float>, std::size_t, std::size_t, std::span<float>);
template void dense_weight_gradient(View<const double>, View<const double>, std::size_t, std::size_t,
                                    std::span<double>);

}  // namespace espalier::kernels
