#include <algorithm>

#include <espalier/kernels/images/margins.hpp>
#include <espalier/kernels/images/pooling.hpp>
#include <espalier/kernels/rows.hpp>
#include <espalier/kernels/simd.hpp>

namespace espalier::kernels {
namespace {

/// body(lane block, channel) for all, dealt to threads.
template <class T, class Body>
void for_channels(const Image& image, View<const T> in, const Body& body) {
    const std::size_t items = in.blocks() * image.channels;
    for_equal_rows(items, 2 * image.pixels() * lane_unit, [&](std::size_t begin, std::size_t end) {
        for (std::size_t item = begin; item < end; ++item) body(item / image.channels, item % image.channels);
    });
}

/// The first pixel of a channel in a lane block.
template <class T>
T* plane(View<T> view, const Image& image, std::size_t block, std::size_t channel) {
    return view.block(block).row(image.place(channel, 0, 0));
}

PoolingPlane plane_of(const Pooling& pooling) {
    return {pooling.rows.data(), pooling.rows.size(), pooling.cols.data(),
            pooling.cols.size(), pooling.in.row(),    pooling.out().row()};
}

/// body(output pixel, rows, cols) for all windows.
template <class Body>
void for_windows(const Pooling& pooling, const Body& body) {
    std::size_t row = 0;
    for (const Span& rows : pooling.rows) {
        std::size_t place = row;
        for (const Span& cols : pooling.cols) body(place++ * lane_unit, rows, cols);
        row += pooling.out().row();
    }
}

/// body(offset) of every pixel of a window.
template <class Body>
void for_pixels(const Image& image, const Span& rows, const Span& cols, const Body& body) {
    for (std::size_t y = rows.begin; y < rows.end; ++y) {
        for (std::size_t x = cols.begin; x < cols.end; ++x) body((y * image.row() + x) * lane_unit);
    }
}

template <class T>
T share_of(const Span& rows, const Span& cols) {
    return static_cast<T>(1.0 / static_cast<double>(rows.size * cols.size));
}

}  // namespace

std::vector<Span> pooling_spans(const Axis& axis, std::size_t side, bool ceil_mode, bool count_padding) {
    std::vector<Span> spans;
    std::size_t windows = axis.windows(side);
    const std::size_t padded = side + axis.before + axis.after;
    if (ceil_mode && padded >= axis.kernel) {
        windows = (padded - axis.kernel + axis.stride - 1) / axis.stride + 1;
        if ((windows - 1) * axis.stride >= side + axis.before) --windows;
    }
    for (std::size_t k = 0; k < windows; ++k) {
        const std::size_t begin = k * axis.stride;  // counted from the beginning of the padding
        const std::size_t end = begin + axis.kernel;
        Span span{std::clamp(begin, axis.before, axis.before + side) - axis.before,
                  std::clamp(end, axis.before, axis.before + side) - axis.before, 0};
        span.size = count_padding ? std::min(end, padded) - begin : std::max<std::size_t>(1, span.end - span.begin);
        spans.push_back(span);
    }
    return spans;
}

std::vector<Span> adaptive_spans(std::size_t side, std::size_t windows) {
    std::vector<Span> spans;
    for (std::size_t k = 0; k < windows; ++k) {
        const std::size_t begin = k * side / windows;
        const std::size_t end = ((k + 1) * side + windows - 1) / windows;
        spans.push_back({begin, end, end - begin});
    }
    return spans;
}

template <class T>
void max_pool(const Pooling& pooling, View<const T> in, View<T> out) {
    for_channels<T>(pooling.in, in, [&](std::size_t block, std::size_t channel) {
        const T* const from = plane<const T>(in, pooling.in, block, channel);
        T* const to = plane<T>(out, pooling.out(), block, channel);
        simd<T>().max_pool(plane_of(pooling), from, to);
    });
    zero_border(pooling.out(), out);
    zero_tails(out);  // they hold minus infinity
}

template <class T>
void max_pool_gradient(const Pooling& pooling, View<const T> in, View<const T> out, View<const T> grad_out,
                       View<T> grad_in) {
    for_channels<T>(pooling.in, in, [&](std::size_t block, std::size_t channel) {
        const T* const from = plane<const T>(in, pooling.in, block, channel);
        const T* const largest = plane<const T>(out, pooling.out(), block, channel);
        const T* const back = plane<const T>(grad_out, pooling.out(), block, channel);
        T* const to = plane<T>(grad_in, pooling.in, block, channel);
        std::fill_n(to, pooling.in.channel() * lane_unit, T(0));
        simd<T>().max_pool_gradient(plane_of(pooling), from, largest, back, to);
    });
    zero_leads(pooling.in, grad_in);
    zero_tails(grad_in);
}

template <class T>
void average_pool(const Pooling& pooling, View<const T> in, View<T> out) {
    for_channels<T>(pooling.in, in, [&](std::size_t block, std::size_t channel) {
        const T* const from = plane<const T>(in, pooling.in, block, channel);
        T* const to = plane<T>(out, pooling.out(), block, channel);
        for_windows(pooling, [&](std::size_t place, const Span& rows, const Span& cols) {
            T sum[lane_unit] = {};
            for_pixels(pooling.in, rows, cols, [&](std::size_t pixel) {
                for (std::size_t k = 0; k < lane_unit; ++k) sum[k] += from[pixel + k];
            });
            const T share = share_of<T>(rows, cols);
            for (std::size_t k = 0; k < lane_unit; ++k) to[place + k] = sum[k] * share;
        });
    });
    zero_border(pooling.out(), out);
}

template <class T>
void average_pool_gradient(const Pooling& pooling, View<const T> grad_out, View<T> grad_in) {
    for_channels<T>(pooling.in, grad_out, [&](std::size_t block, std::size_t channel) {
        const T* const back = plane<const T>(grad_out, pooling.out(), block, channel);
        T* const to = plane<T>(grad_in, pooling.in, block, channel);
        std::fill_n(to, pooling.in.channel() * lane_unit, T(0));
        for_windows(pooling, [&](std::size_t place, const Span& rows, const Span& cols) {
            const T share = share_of<T>(rows, cols);
            for_pixels(pooling.in, rows, cols, [&](std::size_t pixel) {
                for (std::size_t k = 0; k < lane_unit; ++k) to[pixel + k] += back[place + k] * share;
            });
        });
    });
    zero_leads(pooling.in, grad_in);
}

#define ESPALIER_INSTANTIATE(T)                                                                            \
    template void max_pool(const Pooling&, View<const T>, View<T>);                                        \
    template void max_pool_gradient(const Pooling&, View<const T>, View<const T>, View<const T>, View<T>); \
    template void average_pool(const Pooling&, View<const T>, View<T>);                                    \
    template void average_pool_gradient(const Pooling&, View<const T>, View<T>);
ESPALIER_INSTANTIATE(float)
ESPALIER_INSTANTIATE(double)
#undef ESPALIER_INSTANTIATE

}  // namespace espalier::kernels
