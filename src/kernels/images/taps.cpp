#include <algorithm>
#include <limits>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/images/taps.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {
namespace {

constexpr std::uint32_t no_tap = std::numeric_limits<std::uint32_t>::max();

/// Where a position of the weights' matrix leads: into which block of the channels that are read, and how far into its
/// tile.
struct Place {
    std::uint32_t block;
    std::uint32_t offset;  // or no_tap
};

/// Of each position of the window of each of `channels` channels; no_tap where the axes leave it out.
std::vector<Place> places_of_positions(const TileLayout& layout, std::size_t channels) {
    if (layout.block_channels * layout.channel_elements > std::numeric_limits<std::uint32_t>::max()) {
        throw FormatError("a convolution's tile has more than 2^32 numbers: the image is too large");
    }
    std::vector<Place> places;
    for (std::size_t c = 0; c < channels; ++c) {
        const std::size_t in_block = c % layout.block_channels * layout.channel_elements;
        const auto block = static_cast<std::uint32_t>(c / layout.block_channels);
        for (const std::int64_t row : layout.rows.taps) {
            for (const std::int64_t col : layout.cols.taps) {
                const bool used = row != AxisPlan::unused && col != AxisPlan::unused;
                const std::size_t offset = used ? in_block + static_cast<std::size_t>(row) * layout.row_elements +
                                                      static_cast<std::size_t>(col) * layout.unit
                                                : no_tap;
                places.push_back({block, static_cast<std::uint32_t>(offset)});
            }
        }
    }
    return places;
}

/// Puts taps into their ranges, those of a block and row in the order of the row's edges. visit_row(row, visit) calls
/// visit(place, weight) for every edge of a row, each time in the same order.
/// @param edges  of all rows, about
template <class T, class VisitRow>
void sort_taps(const TileLayout& layout, std::size_t rows, std::size_t channels, std::size_t edges, Taps<T>& taps,
               const VisitRow& visit_row) {
    taps.rows = rows;
    taps.channels = channels;
    taps.block_channels = layout.block_channels;
    taps.ranges.assign(taps.blocks() * rows, {});
    const std::size_t cost = 8 * edges / std::max<std::size_t>(1, rows);  // as elements that are added
    for_equal_rows(rows, cost, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            visit_row(row, [&](const Place& place, T) {
                if (place.offset != no_tap) ++taps.ranges[place.block * rows + row].count;
            });
        }
    });
    std::uint64_t all = 0;
    for (TapRange& range : taps.ranges) {
        range.begin = all;
        all += range.count;
        range.count = 0;
    }
    if (taps.taps.size() < all) taps.taps.resize(all);
    for_equal_rows(rows, cost, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            visit_row(row, [&](const Place& place, T weight) {
                if (place.offset == no_tap) return;
                TapRange& range = taps.ranges[place.block * rows + row];
                taps.taps[range.begin + range.count++] = {place.offset, weight};
            });
            std::size_t first = 0;  // the first block that has taps begins the sums
            while (first + 1 < taps.blocks() && taps.ranges[first * rows + row].count == 0) ++first;
            taps.ranges[first * rows + row].fresh = 1;
            std::size_t last = taps.blocks() - 1;  // and the last one ends them: of a row without taps the same block
            while (last > first && taps.ranges[last * rows + row].count == 0) --last;
            taps.ranges[last * rows + row].last = 1;
        }
    });
}

}  // namespace

template <class T>
void forward_taps(const ConvolutionShape& shape, const TileLayout& layout, const SparseMatrix<T>& weights,
                  std::size_t first, std::size_t count, Taps<T>& taps) {
    const std::vector<Place> places = places_of_positions(layout, shape.in.channels);
    const bool valued = !weights.values.empty();
    const bool full = weights.offsets.empty();
    const std::size_t edges = full ? count * shape.columns() : weights.indices.size();
    sort_taps(layout, count, shape.in.channels, edges, taps, [&](std::size_t r, const auto& visit) {
        const std::size_t row = first + r;
        const Place* const of_group =
            places.data() + row / shape.outputs_of_group() * shape.inputs_of_group() * shape.window.positions();
        const std::uint64_t begin = full ? row * shape.columns() : weights.offsets[row];
        const std::uint64_t end = full ? begin + shape.columns() : weights.offsets[row + 1];
        for (std::uint64_t k = begin; k < end; ++k)
            visit(of_group[full ? k - begin : weights.indices[k]], valued ? weights.values[k] : T(0));
    });
}

template <class T>
void gradient_taps(const ConvolutionShape& shape, const TileLayout& layout, const SparseMatrix<T>& transposed,
                   Taps<T>& taps) {
    const std::size_t positions = shape.window.positions();
    const std::vector<Place> places = places_of_positions(layout, shape.out.channels);
    const bool full = transposed.offsets.empty();
    const std::size_t edges = full ? shape.out.channels * shape.columns() : transposed.indices.size();
    sort_taps(layout, shape.in.channels, shape.out.channels, edges, taps, [&](std::size_t channel, const auto& visit) {
        const std::size_t first_out = channel / shape.inputs_of_group() * shape.outputs_of_group();
        const std::size_t last_out = first_out + shape.outputs_of_group();
        const std::size_t first_col = channel % shape.inputs_of_group() * positions;
        for (std::size_t position = 0; position < positions; ++position) {
            const std::size_t col = first_col + position;
            if (full) {
                for (std::size_t out = first_out; out < last_out; ++out)
                    visit(places[out * positions + position], transposed.values[out * shape.columns() + col]);
                continue;
            }
            const std::uint32_t* const indices = transposed.indices.data();
            const std::uint32_t* const end = indices + transposed.offsets[col + 1];
            const std::uint32_t* out = indices + transposed.offsets[col];
            if (shape.groups > 1) out = std::lower_bound(out, end, first_out);
            for (; out < end && *out < last_out; ++out)
                visit(places[*out * positions + position], transposed.values[transposed.positions[out - indices]]);
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
