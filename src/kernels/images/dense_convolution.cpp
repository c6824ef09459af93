#include <espalier/kernels/images/dense_convolution.hpp>
#include <espalier/kernels/images/tile_plan.hpp>

namespace espalier::kernels {
namespace {

/// The positions of the window that the layout's axes use, and where a tile keeps what they meet.
struct UsedPositions {
    std::vector<std::size_t> positions;
    std::vector<std::uint32_t> offsets;  ///< of all channels of a block, those of a channel together

    explicit UsedPositions(const TileLayout& layout) {
        std::vector<std::uint32_t> of_channel;
        for (std::size_t a = 0; a < layout.rows.taps.size(); ++a) {
            for (std::size_t b = 0; b < layout.cols.taps.size(); ++b) {
                const std::int64_t row = layout.rows.taps[a];
                const std::int64_t col = layout.cols.taps[b];
                if (row == AxisPlan::unused || col == AxisPlan::unused) continue;
                positions.push_back(a * layout.cols.taps.size() + b);
                of_channel.push_back(static_cast<std::uint32_t>(static_cast<std::size_t>(row) * layout.row_elements +
                                                                static_cast<std::size_t>(col) * layout.unit));
            }
        }
        for (std::size_t c = 0; c < layout.block_channels; ++c) {
            for (const std::uint32_t offset : of_channel)
                offsets.push_back(static_cast<std::uint32_t>(c * layout.channel_elements) + offset);
        }
    }
};

/// Weights in panels: block after block of the channels that are read, in a block panel after panel of rows.
template <class T>
struct Panels {
    AlignedVector<T> weights;
    std::vector<std::size_t> begins;  ///< [blocks] of each block's weights
    std::vector<std::size_t> counts;  ///< [blocks] taps of a row
};

template <class T, class Weight>
const Panels<T>& make_panels(const TileLayout& layout, const UsedPositions& used, std::size_t rows,
                             std::size_t channels, const Weight& weight_of) {
    thread_local Panels<T> panels;
    const std::size_t panels_of_block = (rows + panel_rows - 1) / panel_rows;
    panels.begins.clear();
    panels.counts.clear();
    panels.weights.resize(panels_of_block * panel_rows * channels * used.positions.size());
    T* to = panels.weights.data();
    for (std::size_t first = 0; first < channels; first += layout.block_channels) {
        const std::size_t end = std::min(channels, first + layout.block_channels);
        panels.begins.push_back(static_cast<std::size_t>(to - panels.weights.data()));
        panels.counts.push_back((end - first) * used.positions.size());
        for (std::size_t panel = 0; panel < panels_of_block; ++panel) {
            for (std::size_t channel = first; channel < end; ++channel) {
                for (const std::size_t position : used.positions) {
                    for (std::size_t r = panel * panel_rows; r < (panel + 1) * panel_rows; ++r)
                        *to++ = r < rows ? weight_of(r, channel, position) : T(0);
                }
            }
        }
    }
    return panels;
}

template <class T>
void apply_panels(const TileLayout& layout, const UsedPositions& used, const Panels<T>& panels, std::size_t rows,
                  const Image& read, View<const T> in, const Image& written, const T* bias, T slope, bool adds,
                  View<T> out) {
    for_tiles_of_outputs(layout, read, in, written, out, rows * read.channels * used.positions.size(),
                         [&](std::size_t block, const TileShape<T>& shape, const T* tile, T* to) {
                             simd<T>().dense_convolution({.shape = shape,
                                                          .packed = tile,
                                                          .offsets = used.offsets.data(),
                                                          .count = panels.counts[block],
                                                          .panels = panels.weights.data() + panels.begins[block],
                                                          .rows = rows,
                                                          .fresh = block == 0 && !adds,
                                                          .last = block + 1 == panels.counts.size(),
                                                          .bias = bias,
                                                          .slope = slope,
                                                          .out = to});
                         });
}

}  // namespace

template <class T>
void dense_convolve(const ConvolutionShape& shape, const TileLayout& layout, std::span<const T> values, const T* bias,
                    T slope, View<const T> in, View<T> out) {
    const UsedPositions used(layout);
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
    const UsedPositions used(layout);
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
    const UsedPositions used(layout);
    const std::size_t positions = used.positions.size();
    const std::size_t all = count * shape.columns();
    const std::size_t parts = lane_parts(layout, shape, in);
    AlignedVector<T> sums_of_parts(parts * all);
    const auto channels_of = [&](std::size_t block) {
        return std::min(layout.block_channels, shape.in.channels - block * layout.block_channels);
    };
    sum_over_tiles<T>(
        layout, shape, grad_out, in, all, [&](std::size_t block) { return count * channels_of(block) * positions; },
        [&](std::size_t block, const TileShape<T>& tile_outputs, const T* tile, const T* gradients, T* sums) {
            simd<T>().dense_correlation({.shape = tile_outputs,
                                         .packed = tile,
                                         .offsets = used.offsets.data(),
                                         .count = channels_of(block) * positions,
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
