#pragma once

#include <span>

#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/images/image.hpp>

namespace espalier::kernels {

// Normalisation of images over pixels and lanes of a channel; see normalise.hpp for tables. All activations are
// lane-blocked; sums are in double, in an order that the shapes decide.

/// What a channel is normalised by.
template <class T>
struct ChannelMoments {
    std::span<const T> mean;
    std::span<const T> variance;
    std::span<const T> scale;
    std::span<const T> shift;
    double epsilon = 1e-5;
    T slope = T(1);  ///< below 0, of a leaky ReLU behind it that is done on the way; 1: none
};

/// normalise_channels by the mean and biased variance of each channel over all pixels and lanes, which it finds first:
/// channel by channel, so that what was read for the one is near for the other.
/// @param mean, variance  [channels], written: what moments.mean and moments.variance show
template <class T>
void normalise_by_batch(const Image& image, View<const T> in, std::span<T> mean, std::span<T> variance,
                        const ChannelMoments<T>& moments, View<T> out);

/// Mean of each channel and the sum of squared distances from it, unrounded: of batches of which a view shows a block.
template <class T>
void exact_moments_of_channels(const Image& image, View<const T> in, std::span<double> mean, std::span<double> squares);

/// out = (in - mean) / sqrt(variance + epsilon) * scale + shift by channel, and the ReLU behind it.
template <class T>
void normalise_channels(const Image& image, View<const T> in, const ChannelMoments<T>& moments, View<T> out);

/// The gradients of normalise_channels.
/// @param fixed_moments  the moments are constants; else those of `in`, through which the gradient goes too
/// @param grad_in        without data: not computed
template <class T>
void normalise_channels_gradient(const Image& image, View<const T> in, const ChannelMoments<T>& moments,
                                 bool fixed_moments, View<const T> grad_out, std::span<T> grad_scale,
                                 std::span<T> grad_shift, View<T> grad_in);

/// What these gradients need of all lanes: the sums of the gradient at the normalised numbers and of its product with
/// in - mean.
/// @param sums, products  [channels]
template <class T>
void normalise_channels_sums(const Image& image, View<const T> in, const ChannelMoments<T>& moments,
                             View<const T> grad_out, std::span<double> sums, std::span<double> products);

/// The gradient at a scale by the second of these sums.
template <class T>
T scale_gradient(const ChannelMoments<T>& moments, std::size_t channel, double product);

/// The gradient at the input by these sums of a whole batch, of which `in` may be a part.
/// @param lanes  of the batch
template <class T>
void normalise_channels_gradient_by_sums(const Image& image, View<const T> in, const ChannelMoments<T>& moments,
                                         std::span<const double> sums, std::span<const double> products,
                                         std::size_t lanes, View<const T> grad_out, View<T> grad_in);

}  // namespace espalier::kernels
