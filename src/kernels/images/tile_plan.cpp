#include <limits>
#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/images/tile_plan.hpp>

namespace espalier::kernels {
namespace {

/// Bytes of a tile that fit into the nearest cache beside what else goes on, and into the next one.
constexpr std::size_t near_bytes = 40UL << 10;
constexpr std::size_t far_bytes = 256UL << 10;
/// Outputs of a row whose sums are in registers together, on processors with AVX2.
constexpr std::size_t outputs_at_once = 4;
/// Outputs of a tile that a gradient at a weight sums over, where there are as many. (Of 4x4 maps sums would gain an
/// eighth, and sparse products lose as much.)
constexpr std::size_t outputs_of_a_sum = 32;
/// Edges of an output channel in a block of input channels that are worth starting its sums.
constexpr double edges_worth_a_block = 16.0;

/// How many lane blocks go side by side, so that short rows of pixels fill the registers, and small maps are worth the
/// beginning and the end of a sum over them.
std::size_t lane_blocks_at_once(std::size_t height, std::size_t width, std::size_t blocks) {
    std::size_t at_once = 1;
    const auto is_short = [&] { return width * at_once < outputs_at_once; };
    const auto is_small = [&] { return width < outputs_at_once && height * width * at_once < outputs_of_a_sum; };
    while ((is_short() || is_small()) && blocks % (2 * at_once) == 0) at_once *= 2;
    return at_once;
}

/// Whether the elements that a plan wants lie side by side in an image, its border among them.
/// @param plan  of all outputs of the axis
bool lies_ready(const AxisPlan& plan, std::size_t side, std::size_t border) {
    if (plan.runs.size() != 1 || plan.runs[0].step != 1) return false;
    const auto edge = static_cast<std::int64_t>(border);
    return plan.runs[0].source >= -edge &&
           plan.runs[0].source + plan.runs[0].count <= static_cast<std::int64_t>(side) + edge;
}

/// The place of a pixel that may be one of the border.
std::size_t first_place(const Image& image, std::int64_t y, std::int64_t x) {
    return static_cast<std::size_t>(static_cast<std::int64_t>(image.lead()) +
                                    y * static_cast<std::int64_t>(image.row()) + x);
}

/// @param rows, cols  make the axes' plans for tiles of so many rows
template <class Rows>
TileLayout choose_layout(const Window& window, const Image& read, double density, std::size_t lane_blocks,
                         const Rows& rows, AxisPlan cols, std::size_t number_bytes) {
    TileLayout layout;
    const std::size_t at_once = lane_blocks_at_once(rows(1).count, cols.count, lane_blocks);
    layout.unit = at_once * lane_unit;
    layout.cols = std::move(cols);
    const std::size_t unit_bytes = layout.unit * number_bytes;
    const std::size_t width = std::min(layout.cols.count, std::max<std::size_t>(1, outputs_at_once / at_once));
    const std::size_t near =
        std::max<std::size_t>(1, window.rows.kernel * (width + window.cols.kernel - 1) * unit_bytes);
    const double edges_of_channel = density * static_cast<double>(window.positions());
    const auto enough = static_cast<std::size_t>(edges_worth_a_block / std::max(edges_of_channel, 1e-3));
    const std::size_t row_bytes = std::max<std::size_t>(1, layout.cols.size * unit_bytes);
    const std::size_t least_rows = std::max<std::size_t>(1, rows(1).size);
    const std::size_t most = std::max<std::size_t>(1, far_bytes / (row_bytes * least_rows));
    layout.block_channels =
        std::clamp<std::size_t>(std::max(near_bytes / near, std::min(enough, most)), 1, read.channels);
    std::size_t tile = 1;
    while (tile < rows(1).count && layout.block_channels * rows(2 * tile).size * row_bytes <= far_bytes) tile *= 2;
    const AxisPlan all_rows = rows(std::numeric_limits<std::size_t>::max());
    layout.rows = rows(tile);
    if (at_once == 1 && lies_ready(all_rows, read.height, read.border) &&
        lies_ready(layout.cols, read.width, read.border)) {
        layout.row_elements = read.row() * lane_unit;
        layout.channel_elements = read.channel() * lane_unit;
        layout.ahead = (all_rows.size - all_rows.count + 1) * layout.row_elements;
        layout.origin = first_place(read, all_rows.runs[0].source, layout.cols.runs[0].source) * lane_unit;
    } else {
        layout.row_elements = layout.cols.size * layout.unit;
        layout.channel_elements = layout.rows.size * layout.row_elements;
    }
    return layout;
}

}  // namespace

template <class T>
void require_images(const ConvolutionShape& shape, View<const T> in, View<const T> out) {
    const bool blocked = in.stride <= lane_unit && out.stride <= lane_unit;
    if (in.features == shape.in.room() && out.features == shape.out.room() && in.lanes == out.lanes && blocked) return;
    throw FormatError("convolution: activations of " + std::to_string(in.features) + " and " +
                      std::to_string(out.features) + " features do not fit its images, or are no lane blocks");
}

template <class T>
TileLayout forward_layout(const ConvolutionShape& shape, double density, View<const T> in) {
    const auto rows = [&](std::size_t tile) { return forward_axis(shape.window.rows, shape.in.height, tile); };
    return choose_layout(shape.window, shape.in, density, in.blocks(), rows,
                         forward_axis(shape.window.cols, shape.in.width, shape.out.width), sizeof(T));
}

template <class T>
TileLayout gradient_layout(const ConvolutionShape& shape, double density, View<const T> grad_out, std::size_t row,
                           std::size_t col) {
    const auto rows = [&](std::size_t tile) { return gradient_axis(shape.window.rows, shape.in.height, row, tile); };
    return choose_layout(shape.window, shape.out, density, grad_out.blocks(), rows,
                         gradient_axis(shape.window.cols, shape.in.width, col, shape.in.width), sizeof(T));
}

#define ESPALIER_INSTANTIATE(T)                                                          \
    template void require_images(const ConvolutionShape&, View<const T>, View<const T>); \
    template TileLayout forward_layout(const ConvolutionShape&, double, View<const T>);  \
    template TileLayout gradient_layout(const ConvolutionShape&, double, View<const T>, std::size_t, std::size_t);
ESPALIER_INSTANTIATE(float)
ESPALIER_INSTANTIATE(double)
#undef ESPALIER_INSTANTIATE

}  // namespace espalier::kernels
