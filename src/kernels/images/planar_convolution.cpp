#include <espalier/kernels/images/planar_convolution.hpp>
#include <espalier/kernels/images/taps.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {
namespace {

/// All channels of the only lane as the axes' plans want them, [channels][rows.size][cols.size]; zero outside.
template <class T>
void pack_lane(const TileLayout& layout, const Image& image, View<const T> in, T* to) {
    const auto inside = [](std::int64_t at, std::size_t side) {
        return at >= 0 && at < static_cast<std::int64_t>(side);
    };
    for (std::size_t c = 0; c < image.channels; ++c, to += layout.channel_elements) {
        for (const AxisPlan::Run& rows : layout.rows.runs) {
            for (std::int64_t i = 0; i < rows.count; ++i) {
                const std::int64_t y = rows.source + i * rows.step;
                T* const row = to + static_cast<std::size_t>(rows.place + i) * layout.row_elements;
                for (const AxisPlan::Run& cols : layout.cols.runs) {
                    for (std::int64_t j = 0; j < cols.count; ++j) {
                        const std::int64_t x = cols.source + j * cols.step;
                        const bool there = inside(y, image.height) && inside(x, image.width);
                        row[cols.place + j] =
                            there ? *in.row(image.place(c, static_cast<std::size_t>(y), static_cast<std::size_t>(x)))
                                  : T(0);
                    }
                }
            }
        }
    }
}

TileLayout planar_layout(const ConvolutionShape& shape) {
    TileLayout layout;
    layout.rows = forward_axis(shape.window.rows, shape.in.height, shape.out.height);
    layout.cols = forward_axis(shape.window.cols, shape.in.width, shape.out.width);
    layout.unit = 1;
    layout.block_channels = shape.in.channels;
    layout.row_elements = layout.cols.size;
    layout.channel_elements = layout.rows.size * layout.row_elements;
    return layout;
}

}  // namespace

template <class T>
void planar_convolve(const ConvolutionShape& shape, const SparseMatrix<T>& weights, const T* bias, View<const T> in,
                     View<T> out, T slope) {
    constexpr std::size_t slack = 64;  // vectors of the last row may reach over its end
    const TileLayout layout = planar_layout(shape);
    thread_local AlignedVector<T> packed;
    thread_local Taps<T> taps;
    packed.resize(layout.elements() + slack);
    pack_lane(layout, shape.in, in, packed.data());
    forward_taps(shape, layout, weights, 0, shape.out.channels, taps);
    const T* const from = packed.data();
    const Taps<T>& all = taps;
    const std::size_t edges = all.end(0) / std::max<std::size_t>(1, shape.out.channels);
    for_equal_rows(shape.out.channels, edges * shape.out.pixels(), [&](std::size_t begin, std::size_t end) {
        simd<T>().planar_convolution({.packed = from,
                                      .packed_row = layout.row_elements,
                                      .height = shape.out.height,
                                      .width = shape.out.width,
                                      .taps = all.taps.data(),
                                      .ranges = all.of_block(0) + begin,
                                      .rows = end - begin,
                                      .bias = bias == nullptr ? nullptr : bias + begin,
                                      .slope = slope,
                                      .out = out.row(shape.out.place(begin, 0, 0)),
                                      .out_channel = shape.out.channel() * lane_unit,
                                      .out_row = shape.out.row() * lane_unit});
    });
}

#define ESPALIER_INSTANTIATE(T) \
    template void planar_convolve(const ConvolutionShape&, const SparseMatrix<T>&, const T*, View<const T>, View<T>, T);
ESPALIER_INSTANTIATE(float)
ESPALIER_INSTANTIATE(double)
#undef ESPALIER_INSTANTIATE

}  // namespace espalier::kernels
