#include <algorithm>
#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/images/convolution.hpp>
#include <espalier/kernels/images/pack.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {
namespace {

template <class T>
void require_images(const ConvolutionShape& shape, View<const T> in, View<const T> out) {
    const bool blocked = in.stride <= lane_unit && out.stride <= lane_unit;
    if (in.features == shape.in.features() && out.features == shape.out.features() && in.lanes == out.lanes && blocked)
        return;
    throw FormatError("convolution: activations of " + std::to_string(in.features) + " and " +
                      std::to_string(out.features) + " features do not fit its images, or are no lane blocks");
}

/// Bytes of a tile that fit into the nearest cache beside what else goes on, and into the next one.
constexpr std::size_t near_bytes = 40UL << 10;
constexpr std::size_t far_bytes = 192UL << 10;
/// Outputs of a row whose sums are in registers together, on processors with AVX2.
constexpr std::size_t outputs_at_once = 4;
/// Edges of an output channel in a block of input channels that are worth starting its sums.
constexpr double edges_worth_a_block = 16.0;

/// How many lane blocks go side by side, so that short rows of pixels fill the registers.
std::size_t lane_blocks_at_once(std::size_t width, std::size_t blocks) {
    std::size_t at_once = 1;
    while (width * at_once < outputs_at_once && blocks % (2 * at_once) == 0) at_once *= 2;
    return at_once;
}

/// @param rows, cols  make the axes' plans for tiles of so many rows
template <class Rows>
TileLayout choose_layout(const Window& window, std::size_t channels, double density, std::size_t lane_blocks,
                         const Rows& rows, AxisPlan cols, std::size_t number_bytes) {
    TileLayout layout;
    const std::size_t at_once = lane_blocks_at_once(cols.count, lane_blocks);
    layout.unit = at_once * lane_unit;
    layout.cols = std::move(cols);
    const std::size_t unit_bytes = layout.unit * number_bytes;
    const std::size_t width = std::min(layout.cols.count, std::max<std::size_t>(1, outputs_at_once / at_once));
    const std::size_t near = window.rows.kernel * (width + window.cols.kernel - 1) * unit_bytes;
    const double edges_of_channel = density * static_cast<double>(window.positions());
    const auto enough = static_cast<std::size_t>(edges_worth_a_block / std::max(edges_of_channel, 1e-3));
    const std::size_t row_bytes = std::max<std::size_t>(1, layout.cols.size * unit_bytes);
    const std::size_t least_rows = std::max<std::size_t>(1, rows(1).size);
    const std::size_t most = std::max<std::size_t>(1, far_bytes / (row_bytes * least_rows));
    layout.block_channels = std::clamp<std::size_t>(std::max(near_bytes / near, std::min(enough, most)), 1, channels);
    std::size_t tile = 1;
    while (tile < rows(1).count && layout.block_channels * rows(2 * tile).size * row_bytes <= far_bytes) tile *= 2;
    layout.rows = rows(tile);
    return layout;
}

template <class T>
TileLayout forward_layout(const ConvolutionShape& shape, double density, View<const T> in) {
    const auto rows = [&](std::size_t tile) { return forward_axis(shape.window.rows, shape.in.height, tile); };
    return choose_layout(shape.window, shape.in.channels, density, in.blocks(), rows,
                         forward_axis(shape.window.cols, shape.in.width, shape.out.width), sizeof(T));
}

template <class T>
double density_of(const ConvolutionShape& shape, const SparseMatrix<T>& matrix) {
    if (matrix.offsets.empty()) return 1.0;
    return static_cast<double>(matrix.indices.size()) /
           static_cast<double>(std::max<std::size_t>(1, shape.out.channels * shape.columns()));
}

template <class T>
TileShape<T> tile_shape(const TileLayout& layout, const Image& out, std::size_t first_row) {
    const std::size_t row = out.width * lane_unit;
    return {.height = std::min(layout.rows.tile, layout.rows.count - first_row),
            .width = layout.cols.count,
            .lane_blocks = layout.unit / lane_unit,
            .packed_row = layout.row_elements(),
            .out_channel = out.pixels() * lane_unit,
            .out_row = layout.rows.step * row,
            .out_step = layout.cols.step * lane_unit,
            .out_block = out.features() * lane_unit};
}

/// Where the outputs of a tile begin.
template <class T>
T* tile_begin(const TileLayout& layout, const Image& image, View<T> out, std::size_t first_block,
              std::size_t first_row) {
    const std::size_t row = layout.rows.first + first_row * layout.rows.step;
    return out.data + first_block * image.features() * lane_unit + (row * image.width + layout.cols.first) * lane_unit;
}

template <class T>
T* tile_memory(const TileLayout& layout) {
    thread_local AlignedVector<T> memory;
    if (memory.size() < layout.elements()) memory.resize(layout.elements());
    return memory.data();
}

/// body(k) for the items, dealt to threads where the work is worth it.
template <class Body>
void for_items(std::size_t items, std::size_t multiply_adds, const Body& body) {
    if (multiply_adds < multiply_adds_worth_threads) {
        for (std::size_t k = 0; k < items; ++k) body(k);
    } else {
        parallel_for(items, body);
    }
}

/// Applies the taps: the one sweep behind the forward product and the gradient at its inputs.
template <class T>
void apply_taps(const TileLayout& layout, const Taps<T>& taps, const Image& read, View<const T> in,
                const Image& written, const T* bias, View<T> out) {
    const std::size_t lane_blocks = layout.unit / lane_unit;
    const std::size_t tiles = layout.rows.tiles();
    const std::size_t work =
        taps.end(taps.blocks() - 1) * layout.rows.count * layout.cols.count * in.blocks() * lane_unit;
    for_items(in.blocks() / lane_blocks * tiles, work, [&](std::size_t item) {
        const std::size_t first_block = item / tiles * lane_blocks;
        const std::size_t first_row = item % tiles * layout.rows.tile;
        T* const tile = tile_memory<T>(layout);
        ConvolutionArguments<T> arguments{.shape = tile_shape<T>(layout, written, first_row),
                                          .packed = tile,
                                          .taps = taps.taps.data(),
                                          .ranges = nullptr,
                                          .rows = taps.rows,
                                          .bias = bias,
                                          .out = tile_begin(layout, written, out, first_block, first_row)};
        for (std::size_t block = 0; block < taps.blocks(); ++block) {
            const std::size_t first = block * layout.block_channels;
            const std::size_t count = std::min(layout.block_channels, read.channels - first);
            pack_tile(layout, read, in, first_block, first, count, first_row, tile);
            arguments.ranges = taps.of_block(block);
            simd<T>().convolution(arguments);
        }
    });
}

template <class T>
Taps<T>& taps_memory() {
    thread_local Taps<T> taps;
    return taps;
}

/// Lanes that no sample has stay zero where a bias was added.
template <class T>
void zero_tails(View<T> out) {
    if (out.lanes % lane_unit == 0) return;
    const View<T> last = out.block(out.blocks() - 1);
    for (std::size_t f = 0; f < last.features; ++f)
        std::fill(last.row(f) + last.lanes, last.row(f) + last.stride, T(0));
}

}  // namespace

template <class T>
void convolve(const ConvolutionShape& shape, const SparseMatrix<T>& weights, const T* bias, View<const T> in,
              View<T> out) {
    require_images<T>(shape, in, out);
    const TileLayout layout = forward_layout(shape, density_of(shape, weights), in);
    Taps<T>& taps = taps_memory<T>();
    forward_taps(shape, layout, weights, 0, shape.out.channels, taps);
    apply_taps(layout, taps, shape.in, in, shape.out, bias, out);
    if (bias != nullptr) zero_tails(out);
}

template <class T>
void convolve_gradient(const ConvolutionShape& shape, const SparseMatrix<T>& transposed, View<const T> grad_out,
                       View<T> grad_in, bool adds) {
    require_images<T>(shape, grad_in, grad_out);
    const double density = density_of(shape, transposed);
    Taps<T>& taps = taps_memory<T>();
    for (std::size_t y = 0; y < shape.window.rows.stride; ++y) {
        for (std::size_t x = 0; x < shape.window.cols.stride; ++x) {
            const auto rows = [&](std::size_t tile) {
                return gradient_axis(shape.window.rows, shape.in.height, y, tile);
            };
            AxisPlan cols = gradient_axis(shape.window.cols, shape.in.width, x, shape.in.width);
            if (cols.count == 0 || rows(1).count == 0) continue;
            const TileLayout layout = choose_layout(shape.window, shape.out.channels, density, grad_out.blocks(), rows,
                                                    std::move(cols), sizeof(T));
            gradient_taps(shape, layout, transposed, taps);
            if (adds) {
                for (TapRange& range : taps.ranges) range.fresh = 0;
            }
            apply_taps(layout, taps, shape.out, grad_out, shape.in, static_cast<const T*>(nullptr), grad_in);
        }
    }
}

template <class T>
void convolution_weight_gradient(const ConvolutionShape& shape, std::span<const std::uint64_t> offsets,
                                 std::span<const std::uint32_t> indices, std::size_t first, std::size_t count,
                                 View<const T> grad_out, View<const T> in, std::span<T> gradient) {
    require_images<T>(shape, in, grad_out);
    const SparseMatrix<T> pattern{shape.out.channels, shape.columns(), offsets, indices, {}, {}};
    if (!offsets.empty()) {
        first = 0;
        count = shape.out.channels;
    }
    const TileLayout layout = forward_layout(shape, density_of(shape, pattern), in);
    Taps<T>& taps = taps_memory<T>();
    forward_taps(shape, layout, pattern, first, count, taps);
    const std::size_t all = taps.end(taps.blocks() - 1);
    const std::size_t lane_blocks = layout.unit / lane_unit;
    const std::size_t groups = in.blocks() / lane_blocks;
    // Where there are few blocks of channels, lanes are cut into parts: as many on any machine, so that sums have one
    // order.
    const std::size_t parts = taps.blocks() >= 4 ? 1 : std::min<std::size_t>(groups, 4);
    AlignedVector<T> sums_of_parts(parts * all);
    for_items(taps.blocks() * parts, all * shape.out.pixels() * in.blocks() * lane_unit, [&](std::size_t item) {
        const std::size_t block = item / parts;
        const std::size_t part = item % parts;
        const std::size_t taps_begin = taps.begin(block);
        const std::size_t of_block = taps.end(block) - taps_begin;
        if (of_block == 0) return;
        thread_local AlignedVector<T> sums;
        sums.assign(of_block * lane_unit, T(0));
        T* const tile = tile_memory<T>(layout);
        const std::size_t channel = block * layout.block_channels;
        const std::size_t channels = std::min(layout.block_channels, shape.in.channels - channel);
        for (std::size_t group = groups * part / parts; group < groups * (part + 1) / parts; ++group) {
            for (std::size_t row = 0; row < layout.rows.count; row += layout.rows.tile) {
                pack_tile(layout, shape.in, in, group * lane_blocks, channel, channels, row, tile);
                const T* const begin = tile_begin(layout, shape.out, grad_out, group * lane_blocks, row);
                simd<T>().correlation({.shape = tile_shape<T>(layout, shape.out, row),
                                       .packed = tile,
                                       .taps = taps.taps.data(),
                                       .ranges = taps.of_block(block),
                                       .rows = count,
                                       .first_tap = taps_begin,
                                       .grad_out = begin + first * shape.out.pixels() * lane_unit,
                                       .sums = sums.data()});
            }
        }
        simd<T>().correlation_sums(sums.data(), of_block, sums_of_parts.data() + part * all + taps_begin);
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
                const T* x = in.block(block).row(c * image.pixels());
                for (std::size_t p = 0; p < image.pixels(); ++p, x += lane_unit) {
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
    template void convolve(const ConvolutionShape&, const SparseMatrix<T>&, const T*, View<const T>, View<T>);         \
    template void convolve_gradient(const ConvolutionShape&, const SparseMatrix<T>&, View<const T>, View<T>, bool);    \
    template void convolution_weight_gradient(const ConvolutionShape&, std::span<const std::uint64_t>,                 \
                                              std::span<const std::uint32_t>, std::size_t, std::size_t, View<const T>, \
                                              View<const T>, std::span<T>);                                            \
    template void sum_channels(const Image&, View<const T>, std::span<T>);
ESPALIER_INSTANTIATE(float)
ESPALIER_INSTANTIATE(double)
#undef ESPALIER_INSTANTIATE

}  // namespace espalier::kernels
