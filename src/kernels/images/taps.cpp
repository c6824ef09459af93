#include <limits>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/images/taps.hpp>

namespace espalier::kernels {
namespace {

constexpr std::uint32_t no_tap = std::numeric_limits<std::uint32_t>::max();

/// Where the tile keeps, of a channel, what each position of the window meets; no_tap where the axes leave it out.
std::vector<std::uint32_t> offsets_of_positions(const TileLayout& layout) {
    std::vector<std::uint32_t> offsets;
    for (const std::int64_t row : layout.rows.taps) {
        for (const std::int64_t col : layout.cols.taps) {
            const bool used = row != AxisPlan::unused && col != AxisPlan::unused;
            offsets.push_back(used ? static_cast<std::uint32_t>(static_cast<std::size_t>(row) * layout.row_elements +
                                                                static_cast<std::size_t>(col) * layout.unit)
                                   : no_tap);
        }
    }
    return offsets;
}

/// Puts taps into their ranges. visit_all(visit) calls visit(row, channel, position of the window, weight) for every
/// edge, twice in the same order.
template <class T, class VisitAll>
void sort_taps(const TileLayout& layout, std::size_t rows, std::size_t channels, Taps<T>& taps,
               const VisitAll& visit_all) {
    const std::vector<std::uint32_t> offsets = offsets_of_positions(layout);
    taps.rows = rows;
    taps.channels = channels;
    taps.block_channels = layout.block_channels;
    if (layout.block_channels * layout.channel_elements > std::numeric_limits<std::uint32_t>::max()) {
        throw FormatError("a convolution's tile has more than 2^32 numbers: the image is too large");
    }
    taps.ranges.assign(taps.blocks() * rows, {});
    visit_all([&](std::size_t row, std::size_t channel, std::size_t position, T) {
        if (offsets[position] != no_tap) ++taps.ranges[channel / layout.block_channels * rows + row].count;
    });
    std::uint64_t begin = 0;
    for (TapRange& range : taps.ranges) {
        range.begin = begin;
        begin += range.count;
        range.count = 0;
    }
    if (taps.taps.size() < begin) taps.taps.resize(begin);
    visit_all([&](std::size_t row, std::size_t channel, std::size_t position, T weight) {
        if (offsets[position] == no_tap) return;
        TapRange& range = taps.ranges[channel / layout.block_channels * rows + row];
        const std::size_t in_block = channel % layout.block_channels;
        taps.taps[range.begin + range.count++] = {
            static_cast<std::uint32_t>(in_block * layout.channel_elements) + offsets[position], weight};
    });
    for (std::size_t row = 0; row < rows; ++row) {  // the first block that has taps begins the sums
        std::size_t block = 0;
        while (block + 1 < taps.blocks() && taps.ranges[block * rows + row].count == 0) ++block;
        taps.ranges[block * rows + row].fresh = 1;
    }
}

}  // namespace

template <class T>
void forward_taps(const ConvolutionShape& shape, const TileLayout& layout, const SparseMatrix<T>& weights,
                  std::size_t first, std::size_t count, Taps<T>& taps) {
    const std::size_t positions = shape.window.positions();
    const auto channel_of_group = [&](std::size_t row) {
        return row / shape.outputs_of_group() * shape.inputs_of_group();
    };
    const bool valued = !weights.values.empty();
    sort_taps(layout, count, shape.in.channels, taps, [&](const auto& visit) {
        for (std::size_t r = 0; r < count; ++r) {
            const std::size_t row = first + r;
            const std::size_t channels = channel_of_group(row);
            if (weights.offsets.empty()) {
                for (std::size_t col = 0; col < shape.columns(); ++col) {
                    visit(r, channels + col / positions, col % positions,
                          valued ? weights.values[row * shape.columns() + col] : T(0));
                }
                continue;
            }
            for (std::uint64_t k = weights.offsets[row]; k < weights.offsets[row + 1]; ++k) {
                const std::uint32_t col = weights.indices[k];
                visit(r, channels + col / positions, col % positions, valued ? weights.values[k] : T(0));
            }
        }
    });
}

template <class T>
void gradient_taps(const ConvolutionShape& shape, const TileLayout& layout, const SparseMatrix<T>& transposed,
                   Taps<T>& taps) {
    const std::size_t positions = shape.window.positions();
    sort_taps(layout, shape.in.channels, shape.out.channels, taps, [&](const auto& visit) {
        for (std::size_t col = 0; col < shape.columns(); ++col) {
            const auto visit_edge = [&](std::size_t out, T weight) {
                const std::size_t group = out / shape.outputs_of_group();
                visit(group * shape.inputs_of_group() + col / positions, out, col % positions, weight);
            };
            if (transposed.offsets.empty()) {
                for (std::size_t out = 0; out < shape.out.channels; ++out)
                    visit_edge(out, transposed.values[out * shape.columns() + col]);
                continue;
            }
            for (std::uint64_t k = transposed.offsets[col]; k < transposed.offsets[col + 1]; ++k)
                visit_edge(transposed.indices[k], transposed.values[transposed.positions[k]]);
        }
    });
}

template void forward_taps(const ConvolutionShape&, const TileLayout&, const SparseMatrix<float>&, std::size_t,
                           std::size_t, Taps<float>&);
template void forward_taps(const ConvolutionShape&, const TileLayout&, const SparseMatrix<double>&, std::size_t,
                           std::size_t, Taps<double>&);
template void gradient_taps(const ConvolutionShape&, const TileLayout&, const SparseMatrix<float>&, Taps<float>&);
template void gradient_taps(const ConvolutionShape&, const TileLayout&, const SparseMatrix<double>&, Taps<double>&);

}  // namespace espalier::kernels
