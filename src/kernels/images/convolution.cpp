#include <algorithm>

#include <espalier/kernels/images/convolution.hpp>
#include <espalier/kernels/images/dense_convolution.hpp>
#include <espalier/kernels/images/margins.hpp>
#include <espalier/kernels/images/planar_convolution.hpp>
#include <espalier/kernels/images/tile_plan.hpp>

namespace espalier::kernels {
namespace {

template <class T>
double density_of(const ConvolutionShape& shape, const SparseMatrix<T>& matrix) {
    if (matrix.offsets.empty()) return 1.0;
    return static_cast<double>(matrix.indices.size()) /
           static_cast<double>(std::max<std::size_t>(1, shape.out.channels * shape.columns()));
}

/// Applies the taps: the one sweep behind the forward product and the gradient at its inputs.
template <class T>
void apply_taps(const TileLayout& layout, const Taps<T>& taps, const Image& read, View<const T> in,
                const Image& written, const T* bias, T slope, View<T> out) {
    for_tiles_of_outputs(layout, read, in, written, out, taps.end(taps.blocks() - 1),
                         [&](std::size_t block, const TileShape<T>& shape, const T* tile, T* to, std::size_t) {
                             simd<T>().convolution({.shape = shape,
                                                    .packed = tile,
                                                    .taps = taps.taps.data(),
                                                    .ranges = taps.of_block(block),
                                                    .rows = taps.rows,
                                                    .bias = bias,
                                                    .slope = slope,
                                                    .out = to});
                         });
}

template <class T>
Taps<T>& taps_memory() {
    thread_local Taps<T> taps;
    return taps;
}

/// Whether all weights are there and inputs serve many outputs: depthwise weights share nothing.
template <class T>
bool is_dense(const ConvolutionShape& shape, const SparseMatrix<T>& matrix) {
    return matrix.offsets.empty() && shape.groups == 1;
}

}  // namespace

template <class T>
void convolve(const ConvolutionShape& shape, const SparseMatrix<T>& weights, const T* bias, View<const T> in,
              View<T> out, T slope) {
    require_images<T>(shape, in, out);
    if (in.lanes == 1) {
        planar_convolve<T>(shape, weights, bias, in, out, slope);
        zero_border(shape.out, out);
        return;
    }
    const TileLayout layout = forward_layout(shape, density_of(shape, weights), in);
    if (is_dense(shape, weights)) {
        dense_convolve<T>(shape, layout, weights.values, bias, slope, in, out);
    } else {
        Taps<T>& taps = taps_memory<T>();
        forward_taps(shape, layout, weights, 0, shape.out.channels, taps);
        apply_taps(layout, taps, shape.in, in, shape.out, bias, slope, out);
    }
    zero_border(shape.out, out);
    if (bias != nullptr) zero_tails(out);  // they hold the bias
}

template <class T>
void convolve_gradient(const ConvolutionShape& shape, const SparseMatrix<T>& transposed, View<const T> grad_out,
                       View<T> grad_in, bool adds) {
    require_images<T>(shape, grad_in, grad_out);
    const double density = density_of(shape, transposed);
    Taps<T>& taps = taps_memory<T>();
    for (std::size_t row = 0; row < shape.window.rows.stride; ++row) {
        for (std::size_t col = 0; col < shape.window.cols.stride; ++col) {
            const TileLayout layout = gradient_layout(shape, density, grad_out, row, col);
            if (layout.rows.count == 0 || layout.cols.count == 0) continue;
            if (is_dense(shape, transposed)) {
                dense_convolve_gradient<T>(shape, layout, transposed.values, grad_out, grad_in, adds);
                continue;
            }
            gradient_taps(shape, layout, transposed, taps);
            if (adds) {
                for (TapRange& range : taps.ranges) range.fresh = 0;
            }
            apply_taps(layout, taps, shape.out, grad_out, shape.in, static_cast<const T*>(nullptr), T(1), grad_in);
        }
    }
    zero_border(shape.in, grad_in);
}

template <class T>
void convolution_weight_gradient(const ConvolutionShape& shape, std::span<const std::uint64_t> offsets,
                                 std::span<const std::uint32_t> indices, std::size_t first, std::size_t count,
                                 View<const T> grad_out, View<const T> in, std::span<T> gradient) {
    require_images<T>(shape, in, grad_out);
    const SparseMatrix<T> pattern{shape.out.channels, shape.columns(), offsets, indices, {}, {}};
    const TileLayout layout = forward_layout(shape, density_of(shape, pattern), in);
    if (is_dense(shape, pattern)) return dense_weight_gradient<T>(shape, layout, first, count, grad_out, in, gradient);
    if (!offsets.empty()) {
        first = 0;
        count = shape.out.channels;
    }
    Taps<T>& taps = taps_memory<T>();
    forward_taps(shape, layout, pattern, first, count, taps);
    const std::size_t all = taps.end(taps.blocks() - 1);
    const std::size_t parts = lane_parts(layout, shape, in);
    AlignedVector<T> sums_of_parts(parts * all);
    sum_over_tiles<T>(
        layout, shape, grad_out, in, all,
        [&](std::size_t block) { return (taps.end(block) - taps.begin(block)) * lane_unit; },
        [&](std::size_t block, const TileShape<T>& tile_outputs, const T* tile, const T* gradients, T* sums,
            std::size_t) {
            simd<T>().correlation({.shape = tile_outputs,
                                   .packed = tile,
                                   .taps = taps.taps.data(),
                                   .ranges = taps.of_block(block),
                                   .rows = count,
                                   .first_tap = taps.begin(block),
                                   .grad_out = gradients + first * shape.out.channel() * lane_unit,
                                   .sums = sums});
        },
        [&](std::size_t block, std::size_t part, const T* sums) {
            simd<T>().correlation_sums(sums, taps.end(block) - taps.begin(block),
                                       sums_of_parts.data() + part * all + taps.begin(block));
        });
    // The taps of a row follow its edges, block after block.
    std::vector<std::uint64_t> next(count);
    for (std::size_t r = 0; r < count; ++r) next[r] = offsets.empty() ? r * shape.columns() : offsets[r];
    for (std::size_t block = 0; block < taps.blocks(); ++block) {
        for (std::size_t r = 0; r < count; ++r) {
            const TapRange& range = taps.of_block(block)[r];
            for (std::uint64_t k = range.begin; k < range.begin + range.count; ++k) {
                T sum = sums_of_parts[k];
                for (std::size_t part = 1; part < parts; ++part) sum += sums_of_parts[part * all + k];
                gradient[next[r]++] = sum;
            }
        }
    }
}

template <class T>
void sum_channels(const Image& image, View<const T> in, std::span<T> sums) {
    for_equal_rows(image.channels, image.pixels() * padded_lanes(in.lanes), [&](std::size_t begin, std::size_t end) {
        for (std::size_t c = begin; c < end; ++c) {
            double partial[lane_unit] = {};
            for (std::size_t block = 0; block < in.blocks(); ++block) {
                const T* x = in.block(block).row(image.place(c, 0, 0));
                for (std::size_t p = 0; p < image.channel(); ++p, x += lane_unit) {
                    for (std::size_t k = 0; k < lane_unit; ++k) partial[k] += static_cast<double>(x[k]);
                }
            }
            double sum = 0.0;
            for (const double one : partial) sum += one;
            sums[c] = static_cast<T>(sum);
        }
    });
}

#define ESPALIER_INSTANTIATE(T)                                                                                        \
    template void convolve(const ConvolutionShape&, const SparseMatrix<T>&, const T*, View<const T>, View<T>, T);      \
    template void convolve_gradient(const ConvolutionShape&, const SparseMatrix<T>&, View<const T>, View<T>, bool);    \
    template void convolution_weight_gradient(const ConvolutionShape&, std::span<const std::uint64_t>,                 \
                                              std::span<const std::uint32_t>, std::size_t, std::size_t, View<const T>, \
                                              View<const T>, std::span<T>);                                            \
    template void sum_channels(const Image&, View<const T>, std::span<T>);
ESPALIER_INSTANTIATE(float)
ESPALIER_INSTANTIATE(double)
#undef ESPALIER_INSTANTIATE

}  // namespace espalier::kernels
