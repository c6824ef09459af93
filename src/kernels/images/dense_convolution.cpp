#include <espalier/kernels/images/dense_convolution.hpp>
#include <espalier/kernels/images/tile_plan.hpp>
#include <espalier/kernels/images/used_positions.hpp>

namespace espalier::kernels {
namespace {

/// Weights in panels: block after block of the channels that are read, in a block panel after panel of rows.
template <class T>
struct Panels {
    AlignedVector<T> weights;
    std::vector<std::size_t> begins;  ///< [blocks] of each block's weights
    std::vector<std::size_t> counts;  ///< [blocks] taps of a row
};

template <class T, class Weight>
const Panels<T>& make_panels(const TileLayout& layout, const std::vector<UsedPosition>& used, std::size_t rows,
                             std::size_t channels, const Weight& weight_of) {
    thread_local Panels<T> panels;
    const std::size_t panels_of_block = (rows + panel_rows - 1) / panel_rows;
    panels.begins.clear();
    panels.counts.clear();
    panels.weights.resize(panels_of_block * panel_rows * channels * used.size());
    T* to = panels.weights.data();
    for (std::size_t first = 0; first < channels; first += layout.block_channels) {
        const std::size_t end = std::min(channels, first + layout.block_channels);
        panels.begins.push_back(static_cast<std::size_t>(to - panels.weights.data()));
        panels.counts.push_back((end - first) * used.size());
        for (std::size_t panel = 0; panel < panels_of_block; ++panel) {
            for (std::size_t channel = first; channel < end; ++channel) {
                for (const UsedPosition& position : used) {
                    for (std::size_t r = panel * panel_rows; r < (panel + 1) * panel_rows; ++r)
                        *to++ = r < rows ? weight_of(r, channel, position.number) : T(0);
                }
            }
        }
    }
    return panels;
}

template <class T>
void apply_panels(const TileLayout& layout, const std::vector<UsedPosition>& used, const Panels<T>& panels,
                  std::size_t rows, const Image& read, View<const T> in, const Image& written, const T* bias, T slope,
                  bool adds, View<T> out) {
    const ClassTaps taps(layout, used);
    const std::size_t last = panels.counts.size() - 1;
    const std::vector<std::uint32_t> of_block = taps.counts(layout.block_channels);
    const std::vector<std::uint32_t> of_last = taps.counts(read.channels - last * layout.block_channels);
    for_tiles_of_outputs(
        layout, read, in, written, out, rows * read.channels * used.size(),
        [&](std::size_t block, const TileShape<T>& shape, const T* tile, T* to, std::size_t row) {
            simd<T>().dense_convolution({.shape = shape,
                                         .packed = tile,
                                         .taps = taps.lists(),
                                         .tap_counts = block == last ? of_last.data() : of_block.data(),
                                         .row_class = taps.row_class(row),
                                         .col_class = taps.col_class(),
                                         .col_classes = taps.col_classes(),
                                         .count = panels.counts[block],
                                         .panels = panels.weights.data() + panels.begins[block],
                                         .rows = rows,
                                         .fresh = block == 0 && !adds,
                                         .last = block == last,
                                         .bias = bias,
                                         .slope = slope,
                                         .out = to});
        });
}

}  // namespace

template <class T>
void dense_convolve(const ConvolutionShape& shape, const TileLayout& layout, std::span<const T> values, const T* bias,
                    T slope, View<const T> in, View<T> out) {
    const std::vector<UsedPosition> used = used_positions(layout, shape.in);
    const std::size_t all = shape.window.positions();
    const auto weight_of = [&](std::size_t row, std::size_t channel, std::size_t position) {
        return values[row * shape.columns() + channel * all + position];
    };
    const Panels<T>& panels = make_panels<T>(layout, used, shape.out.channels, shape.in.channels, weight_of);
    apply_panels<T>(layout, used, panels, shape.out.channels, shape.in, in, shape.out, bias, slope, false, out);
}

template <class T>
void dense_convolve_gradient(const ConvolutionShape& shape, const TileLayout& layout, std::span<const T> values,
                             View<const T> grad_out, View<T> grad_in, bool adds) {
    const std::vector<UsedPosition> used = used_positions(layout, shape.out);
    const std::size_t all = shape.window.positions();
    const auto weight_of = [&](std::size_t row, std::size_t channel, std::size_t position) {
        return values[channel * shape.columns() + row * all + position];
    };
    const Panels<T>& panels = make_panels<T>(layout, used, shape.in.channels, shape.out.channels, weight_of);
    apply_panels<T>(layout, used, panels, shape.in.channels, shape.out, grad_out, shape.in, nullptr, T(1), adds,
                    grad_in);
}

template <class T>
void dense_weight_gradient(const ConvolutionShape& shape, const TileLayout& layout, std::size_t first,
                           std::size_t count, View<const T> grad_out, View<const T> in, std::span<T> gradient) {
    const std::vector<UsedPosition> used = used_positions(layout, shape.in);
    const std::size_t positions = used.size();
    const std::size_t all = count * shape.columns();
    const std::size_t parts = lane_parts(layout, shape, in);
    AlignedVector<T> sums_of_parts(parts * all);
    const std::size_t blocks = (shape.in.channels + layout.block_channels - 1) / layout.block_channels;
    const auto channels_of = [&](std::size_t block) {
        return std::min(layout.block_channels, shape.in.channels - block * layout.block_channels);
    };
    const std::vector<CorrelationTap> of_block = correlation_taps<T>(layout, used, channels_of(0));
    const std::vector<CorrelationTap> of_last = correlation_taps<T>(layout, used, channels_of(blocks - 1));
    sum_over_tiles<T>(
        layout, shape, grad_out, in, all, [&](std::size_t block) { return count * channels_of(block) * positions; },
        [&](std::size_t block, const TileShape<T>& tile_outputs, const T* tile, const T* gradients, T* sums,
            std::size_t row) {
            simd<T>().dense_correlation({.shape = tile_outputs,
                                         .packed = tile,
                                         .taps = block + 1 == blocks ? of_last.data() : of_block.data(),
                                         .count = channels_of(block) * positions,
                                         .first_row = row,
                                         .rows = count,
                                         .grad_out = gradients + first * shape.out.channel() * lane_unit,
                                         .sums = sums});
        },
        [&](std::size_t block, std::size_t part, const T* sums) {
            const std::size_t width = channels_of(block) * positions;
            T* to = sums_of_parts.data() + part * all + block * layout.block_channels * positions;
            for (std::size_t r = 0; r < count; ++r) std::copy_n(sums + r * width, width, to + r * shape.columns());
        });
    for (std::size_t k = 0; k < all; ++k) {
        T sum = sums_of_parts[k];
        for (std::size_t part = 1; part < parts; ++part) sum += sums_of_parts[part * all + k];
        gradient[k] = sum;
    }
}

#define ESPALIER_INSTANTIATE(T)                                                                               \
    template void dense_convolve(const ConvolutionShape&, const TileLayout&, std::span<const T>, const T*, T, \
                                 View<const T>, View<T>);                                                     \
    template void dense_convolve_gradient(const ConvolutionShape&, const TileLayout&, std::span<const T>,     \
                                          View<const T>, View<T>, bool);                                      \
    template void dense_weight_gradient(const ConvolutionShape&, const TileLayout&, std::size_t, std::size_t, \
                                        View<const T>, View<const T>, std::span<T>);
ESPALIER_INSTANTIATE(float)
ESPALIER_INSTANTIATE(double)
#undef ESPALIER_INSTANTIATE

}  // namespace espalier::kernels
