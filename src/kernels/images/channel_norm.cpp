#include <algorithm>
#include <array>
#include <cmath>

#include <espalier/kernels/images/channel_norm.hpp>
#include <espalier/kernels/rows.hpp>
#include <espalier/kernels/simd.hpp>

namespace espalier::kernels {
namespace {

/// Pixels whose numbers are added in single precision before the sum goes on in double: few enough for an error of
/// 2^-20, and conversions cost no more than the additions.
constexpr std::size_t pixels_at_once = 16;

/// Sums of two terms over the pixels and lanes of a channel. term(lane block, pixel offset, lane) gives both.
template <class T, class Term>
std::array<double, 2> sums_of_channel(std::size_t blocks, std::size_t pixels, const Term& term) {
    double totals[2][lane_unit] = {};
    for (std::size_t block = 0; block < blocks; ++block) {
        for (std::size_t first = 0; first < pixels; first += pixels_at_once) {
            const std::size_t end = std::min(pixels, first + pixels_at_once);
            T partial[2][lane_unit] = {};
            for (std::size_t pixel = first; pixel < end; ++pixel)
                term(block, pixel * lane_unit, partial[0], partial[1]);
            for (std::size_t k = 0; k < lane_unit; ++k) {
                totals[0][k] += static_cast<double>(partial[0][k]);
                totals[1][k] += static_cast<double>(partial[1][k]);
            }
        }
    }
    std::array<double, 2> sums{};
    for (std::size_t k = 0; k < lane_unit; ++k) {
        sums[0] += totals[0][k];
        sums[1] += totals[1][k];
    }
    return sums;
}

template <class T>
double inverse_deviation_of(T variance, double epsilon) {
    return 1.0 / std::sqrt(static_cast<double>(variance) + epsilon);
}

/// body(channel), dealt to threads.
template <class Body>
void for_each_channel(const Image& image, std::size_t lanes, const Body& body) {
    for_equal_rows(image.channels, image.pixels() * padded_lanes(lanes) * 2, [&](std::size_t begin, std::size_t end) {
        for (std::size_t c = begin; c < end; ++c) body(c);
    });
}

/// Lanes of a block that hold samples.
template <class T>
std::size_t lanes_of(View<const T> view, std::size_t block) {
    return view.block(block).lanes;
}

}  // namespace

template <class T>
void moments_of_channels(const Image& image, View<const T> in, std::span<T> mean, std::span<T> variance) {
    const auto n = static_cast<double>(image.pixels() * in.lanes);
    const std::size_t tails = (padded_lanes(in.lanes) - in.lanes) * image.pixels();
    for_each_channel(image, in.lanes, [&](std::size_t c) {
        const std::size_t first = c * image.pixels();
        // Distances from some number of the channel: squares of numbers far from 0 would lose their differences.
        const T near = in.row(first)[0];
        const auto sums = sums_of_channel<T>(in.blocks(), image.pixels(),
                                             [&](std::size_t block, std::size_t pixel, T* sum, T* squares) {
                                                 const T* x = in.block(block).row(first) + pixel;
                                                 for (std::size_t k = 0; k < lane_unit; ++k) {
                                                     const T distance = x[k] - near;
                                                     sum[k] += distance;
                                                     squares[k] += distance * distance;
                                                 }
                                             });
        const auto at = static_cast<double>(near);  // tails are zero: each was taken for -near
        const double sum = sums[0] + static_cast<double>(tails) * at;
        const double squares = sums[1] - static_cast<double>(tails) * at * at;
        mean[c] = static_cast<T>(at + sum / n);
        variance[c] = static_cast<T>(std::max(0.0, squares / n - (sum / n) * (sum / n)));
    });
}

template <class T>
void normalise_channels(const Image& image, View<const T> in, std::span<const T> mean, std::span<const T> variance,
                        std::span<const T> scale, std::span<const T> shift, double epsilon, View<T> out) {
    for_each_channel(image, in.lanes, [&](std::size_t c) {
        const T factor = static_cast<T>(static_cast<double>(scale[c]) * inverse_deviation_of(variance[c], epsilon));
        for (std::size_t block = 0; block < in.blocks(); ++block) {
            const T* x = in.block(block).row(c * image.pixels());
            T* y = out.block(block).row(c * image.pixels());
            const std::size_t lanes = lanes_of(in, block);
            if (lanes == lane_unit) {
                for (std::size_t k = 0; k < image.pixels() * lane_unit; ++k)
                    y[k] = (x[k] - mean[c]) * factor + shift[c];
                continue;
            }
            for (std::size_t p = 0; p < image.pixels(); ++p, x += lane_unit, y += lane_unit) {
                for (std::size_t k = 0; k < lane_unit; ++k) y[k] = k < lanes ? (x[k] - mean[c]) * factor + shift[c] : 0;
            }
        }
    });
}

template <class T>
void normalise_channels_gradient(const Image& image, View<const T> in, std::span<const T> mean,
                                 std::span<const T> variance, std::span<const T> scale, double epsilon,
                                 bool fixed_moments, View<const T> grad_out, std::span<T> grad_scale,
                                 std::span<T> grad_shift, View<T> grad_in) {
    const auto n = static_cast<double>(image.pixels() * in.lanes);
    for_each_channel(image, in.lanes, [&](std::size_t c) {
        const std::size_t first = c * image.pixels();
        const T m = mean[c];
        // Tail lanes of the gradient are zero, so they add nothing.
        const auto sums = sums_of_channel<T>(in.blocks(), image.pixels(),
                                             [&](std::size_t block, std::size_t pixel, T* sum, T* products) {
                                                 const T* x = in.block(block).row(first) + pixel;
                                                 const T* dy = grad_out.block(block).row(first) + pixel;
                                                 for (std::size_t k = 0; k < lane_unit; ++k) {
                                                     sum[k] += dy[k];
                                                     products[k] += dy[k] * (x[k] - m);
                                                 }
                                             });
        const double inverse = inverse_deviation_of(variance[c], epsilon);
        grad_shift[c] = static_cast<T>(sums[0]);
        grad_scale[c] = static_cast<T>(sums[1] * inverse);
        if (grad_in.data == nullptr) return;
        const double factor = static_cast<double>(scale[c]) * inverse;
        const T by_gradient = static_cast<T>(factor);
        const T by_distance = fixed_moments ? T(0) : static_cast<T>(-factor * inverse * inverse * sums[1] / n);
        const T constant = fixed_moments ? T(0) : static_cast<T>(-factor * sums[0] / n);
        for (std::size_t block = 0; block < in.blocks(); ++block) {
            const T* x = in.block(block).row(first);
            const T* dy = grad_out.block(block).row(first);
            T* dx = grad_in.block(block).row(first);
            const std::size_t lanes = lanes_of(in, block);
            for (std::size_t p = 0; p < image.pixels(); ++p, x += lane_unit, dy += lane_unit, dx += lane_unit) {
                for (std::size_t k = 0; k < lane_unit; ++k)
                    dx[k] = dy[k] * by_gradient + ((x[k] - m) * by_distance + constant);
                for (std::size_t k = lanes; k < lane_unit; ++k) dx[k] = T(0);
            }
        }
    });
}

#define ESPALIER_INSTANTIATE(T)                                                                                    \
    template void moments_of_channels(const Image&, View<const T>, std::span<T>, std::span<T>);                    \
    template void normalise_channels(const Image&, View<const T>, std::span<const T>, std::span<const T>,          \
                                     std::span<const T>, std::span<const T>, double, View<T>);                     \
    template void normalise_channels_gradient(const Image&, View<const T>, std::span<const T>, std::span<const T>, \
                                              std::span<const T>, double, bool, View<const T>, std::span<T>,       \
                                              std::span<T>, View<T>);
ESPALIER_INSTANTIATE(float)
ESPALIER_INSTANTIATE(double)
#undef ESPALIER_INSTANTIATE

}  // namespace espalier::kernels
