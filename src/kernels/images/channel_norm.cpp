#include <algorithm>
#include <array>
#include <cmath>

#include <espalier/kernels/images/channel_norm.hpp>
#include <espalier/kernels/images/margins.hpp>
#include <espalier/kernels/rows.hpp>
#include <espalier/kernels/simd.hpp>

namespace espalier::kernels {
namespace {

using LaneSums = std::array<double, 2 * lane_unit>;

std::array<double, 2> totals(const LaneSums& sums) {
    std::array<double, 2> all{};
    for (std::size_t k = 0; k < lane_unit; ++k) {
        all[0] += sums[k];
        all[1] += sums[lane_unit + k];
    }
    return all;
}

/// body(channel), dealt to threads.
template <class Body>
void for_each_channel(const Image& image, std::size_t lanes, const Body& body) {
    for_equal_rows(image.channels, image.channel() * padded_lanes(lanes), [&](std::size_t begin, std::size_t end) {
        for (std::size_t c = begin; c < end; ++c) body(c);
    });
}

template <class T>
ChannelNorm<T> norm_of(const ChannelMoments<T>& moments, std::size_t c) {
    const double inverse = 1.0 / std::sqrt(static_cast<double>(moments.variance[c]) + moments.epsilon);
    const double factor = static_cast<double>(moments.scale[c]) * inverse;
    return {moments.mean[c], static_cast<T>(factor),
            static_cast<T>(static_cast<double>(moments.shift[c]) - static_cast<double>(moments.mean[c]) * factor),
            moments.slope};
}

/// Of a channel in a lane block the border and lanes without a sample become zero again.
template <class T>
void zero_margins(const Image& image, View<T> block, std::size_t c) {
    if (image.border > 0) {
        if (c == 0) zero_lead(image, block);
        zero_border(image, block, c);
    }
    if (block.lanes == block.stride) return;
    const std::size_t first = image.place(c, 0, 0);
    for (std::size_t p = first; p < first + image.channel(); ++p)
        std::fill(block.row(p) + block.lanes, block.row(p) + block.stride, T(0));
}

template <class T>
void normalise_channel(const Image& image, View<const T> in, const ChannelNorm<T>& norm, std::size_t c, View<T> out) {
    const std::size_t first = image.place(c, 0, 0);
    for (std::size_t block = 0; block < in.blocks(); ++block) {
        simd<T>().normalise_channel(in.block(block).row(first), out.block(block).row(first),
                                    image.channel() * lane_unit, norm);
        zero_margins(image, out.block(block), c);
    }
}

/// Mean and biased variance of a channel.
template <class T>
std::array<double, 2> moments_of_channel(const Image& image, View<const T> in, std::size_t c) {
    const auto n = static_cast<double>(image.pixels() * in.lanes);
    const auto zeros = static_cast<double>(padded_lanes(in.lanes) * image.channel() - in.lanes * image.pixels());
    // Distances from a number of the channel: squares of numbers far from 0 would lose their differences.
    const std::size_t first = image.place(c, 0, 0);
    const T near = in.row(first)[0];
    LaneSums lanes{};
    for (std::size_t block = 0; block < in.blocks(); ++block)
        simd<T>().channel_moments(in.block(block).row(first), image.channel() * lane_unit, near, lanes.data());
    const auto at = static_cast<double>(near);
    const auto sums = totals(lanes);  // tails and border are zero: each was taken for -near
    const double sum = sums[0] + zeros * at;
    const double squares = sums[1] - zeros * at * at;
    return {at + sum / n, std::max(0.0, squares / n - (sum / n) * (sum / n))};
}

template <class T>
double inverse_deviation_of(const ChannelMoments<T>& moments, std::size_t c) {
    return 1.0 / std::sqrt(static_cast<double>(moments.variance[c]) + moments.epsilon);
}

/// Of the gradient at the normalised numbers of a channel, and of its product with their distance from the mean.
template <class T>
std::array<double, 2> gradient_sums_of_channel(const Image& image, View<const T> in, View<const T> grad_out,
                                               const ChannelNorm<T>& norm, std::size_t c) {
    const std::size_t first = image.place(c, 0, 0);
    LaneSums lanes{};  // tails and border of the gradient are zero and add nothing
    for (std::size_t block = 0; block < in.blocks(); ++block) {
        simd<T>().channel_gradient_sums(in.block(block).row(first), grad_out.block(block).row(first),
                                        image.channel() * lane_unit, norm, lanes.data());
    }
    return totals(lanes);
}

/// @param numbers  that the sums are over; 0: the moments are constants
template <class T>
void gradient_of_channel(const Image& image, View<const T> in, const ChannelMoments<T>& moments,
                         const std::array<double, 2>& sums, double numbers, std::size_t c, View<const T> grad_out,
                         View<T> grad_in) {
    const std::size_t first = image.place(c, 0, 0);
    const ChannelNorm<T> norm = norm_of(moments, c);
    const double inverse = inverse_deviation_of(moments, c);
    const double factor = static_cast<double>(moments.scale[c]) * inverse;
    const T by_distance = numbers == 0.0 ? T(0) : static_cast<T>(-factor * inverse * inverse * sums[1] / numbers);
    const T by_sum = numbers == 0.0 ? T(0) : static_cast<T>(-factor * sums[0] / numbers);
    for (std::size_t block = 0; block < in.blocks(); ++block) {
        simd<T>().channel_gradient(in.block(block).row(first), grad_out.block(block).row(first),
                                   grad_in.block(block).row(first), image.channel() * lane_unit, norm, by_distance,
                                   by_sum);
        zero_margins(image, grad_in.block(block), c);
    }
}

}  // namespace

template <class T>
void normalise_by_batch(const Image& image, View<const T> in, std::span<T> mean, std::span<T> variance,
                        const ChannelMoments<T>& moments, View<T> out) {
    for_each_channel(image, in.lanes, [&](std::size_t c) {
        const std::array<double, 2> found = moments_of_channel(image, in, c);
        mean[c] = static_cast<T>(found[0]);
        variance[c] = static_cast<T>(found[1]);
        normalise_channel(image, in, norm_of(moments, c), c, out);
    });
}

template <class T>
void normalise_channels(const Image& image, View<const T> in, const ChannelMoments<T>& moments, View<T> out) {
    for_each_channel(image, in.lanes,
                     [&](std::size_t c) { normalise_channel(image, in, norm_of(moments, c), c, out); });
}

template <class T>
void normalise_channels_gradient(const Image& image, View<const T> in, const ChannelMoments<T>& moments,
                                 bool fixed_moments, View<const T> grad_out, std::span<T> grad_scale,
                                 std::span<T> grad_shift, View<T> grad_in) {
    const double numbers = fixed_moments ? 0.0 : static_cast<double>(image.pixels() * in.lanes);
    for_each_channel(image, in.lanes, [&](std::size_t c) {
        const auto sums = gradient_sums_of_channel(image, in, grad_out, norm_of(moments, c), c);
        grad_shift[c] = static_cast<T>(sums[0]);
        grad_scale[c] = scale_gradient(moments, c, sums[1]);
        if (grad_in.data != nullptr) gradient_of_channel(image, in, moments, sums, numbers, c, grad_out, grad_in);
    });
}

template <class T>
void exact_moments_of_channels(const Image& image, View<const T> in, std::span<double> mean,
                               std::span<double> squares) {
    const auto numbers = static_cast<double>(image.pixels() * in.lanes);
    for_each_channel(image, in.lanes, [&](std::size_t c) {
        const std::array<double, 2> found = moments_of_channel(image, in, c);
        mean[c] = found[0];
        squares[c] = found[1] * numbers;
    });
}

template <class T>
void normalise_channels_sums(const Image& image, View<const T> in, const ChannelMoments<T>& moments,
                             View<const T> grad_out, std::span<double> sums, std::span<double> products) {
    for_each_channel(image, in.lanes, [&](std::size_t c) {
        const auto found = gradient_sums_of_channel(image, in, grad_out, norm_of(moments, c), c);
        sums[c] = found[0];
        products[c] = found[1];
    });
}

template <class T>
T scale_gradient(const ChannelMoments<T>& moments, std::size_t channel, double product) {
    return static_cast<T>(product * inverse_deviation_of(moments, channel));
}

template <class T>
void normalise_channels_gradient_by_sums(const Image& image, View<const T> in, const ChannelMoments<T>& moments,
                                         std::span<const double> sums, std::span<const double> products,
                                         std::size_t lanes, View<const T> grad_out, View<T> grad_in) {
    const auto numbers = static_cast<double>(image.pixels() * lanes);
    for_each_channel(image, in.lanes, [&](std::size_t c) {
        gradient_of_channel(image, in, moments, {sums[c], products[c]}, numbers, c, grad_out, grad_in);
    });
}

#define ESPALIER_INSTANTIATE(T)                                                                                      \
    template void normalise_by_batch(const Image&, View<const T>, std::span<T>, std::span<T>,                        \
                                     const ChannelMoments<T>&, View<T>);                                             \
    template void normalise_channels(const Image&, View<const T>, const ChannelMoments<T>&, View<T>);                \
    template void normalise_channels_gradient(const Image&, View<const T>, const ChannelMoments<T>&, bool,           \
                                              View<const T>, std::span<T>, std::span<T>, View<T>);                   \
    template void exact_moments_of_channels(const Image&, View<const T>, std::span<double>, std::span<double>);      \
    template void normalise_channels_sums(const Image&, View<const T>, const ChannelMoments<T>&, View<const T>,      \
                                          std::span<double>, std::span<double>);                                     \
    template T scale_gradient(const ChannelMoments<T>&, std::size_t, double);                                        \
    template void normalise_channels_gradient_by_sums(const Image&, View<const T>, const ChannelMoments<T>&,         \
                                                      std::span<const double>, std::span<const double>, std::size_t, \
                                                      View<const T>, View<T>);
ESPALIER_INSTANTIATE(float)
ESPALIER_INSTANTIATE(double)
#undef ESPALIER_INSTANTIATE

}  // namespace espalier::kernels
