#pragma once

#include <span>

#include <espalier/kernels/activations.hpp>

/// Normalisations of activations: out = scale * (in - mean) / sqrt(variance + epsilon) + shift, the moments over the
/// lanes of each feature (batch normalisation) or over the features of each lane (layer normalisation).
///
/// Sums are taken in double, in one order for any number of threads. Tail lanes stay zero.
namespace espalier::kernels {

/// PyTorch's.
inline constexpr double normalise_epsilon = 1e-5;

/// Mean and biased variance of each feature over the lanes.
/// @param mean, variance  [features]
template <class T>
void moments_of_rows(View<const T> in, std::span<T> mean, std::span<T> variance);

/// The same unrounded, for batches of which a view shows a block: the sum of squared distances from the mean in place
/// of the variance.
template <class T>
void exact_moments_of_rows(View<const T> in, std::span<double> mean, std::span<double> squares);

/// out = scale * (in - mean) / sqrt(variance + epsilon) + shift, moments of each feature as given.
/// @param mean, variance, scale, shift  [features]
template <class T>
void normalise_rows(View<const T> in, std::span<const T> mean, std::span<const T> variance, std::span<const T> scale,
                    std::span<const T> shift, View<T> out);

/// The gradients of normalise_rows where the moments are those of `in`, of which they are functions too; grad_in
/// without data is left out.
/// @param fixed_moments  the moments are constants
template <class T>
void normalise_rows_gradient(View<const T> in, std::span<const T> mean, std::span<const T> variance,
                             std::span<const T> scale, bool fixed_moments, View<const T> grad_out,
                             std::span<T> grad_scale, std::span<T> grad_shift, View<T> grad_in);

/// What the gradients of normalise_rows need of all lanes: the sums of the gradient at the output and of its product
/// with the normalised number.
/// @param sums, products  [features]
template <class T>
void normalise_rows_sums(View<const T> in, std::span<const T> mean, std::span<const T> variance, View<const T> grad_out,
                         std::span<double> sums, std::span<double> products);

/// The gradient at the input by these sums of a whole batch, of which `in` may be a part.
/// @param lanes  of the batch
template <class T>
void normalise_rows_gradient_by_sums(View<const T> in, std::span<const T> mean, std::span<const T> variance,
                                     std::span<const T> scale, std::span<const double> sums,
                                     std::span<const double> products, std::size_t lanes, View<const T> grad_out,
                                     View<T> grad_in);

/// Mean and biased variance of each lane over the features.
/// @param mean, variance  [stride]
template <class T>
void moments_of_lanes(View<const T> in, std::span<T> mean, std::span<T> variance);

/// out = scale * (in - mean) / sqrt(variance + epsilon) + shift, moments of each lane as given.
/// @param mean, variance  [stride]
/// @param scale, shift    [features]
template <class T>
void normalise_lanes(View<const T> in, std::span<const T> mean, std::span<const T> variance, std::span<const T> scale,
                     std::span<const T> shift, View<T> out);

/// The gradients of normalise_lanes, the moments those of `in`.
template <class T>
void normalise_lanes_gradient(View<const T> in, std::span<const T> mean, std::span<const T> variance,
                              std::span<const T> scale, View<const T> grad_out, std::span<T> grad_scale,
                              std::span<T> grad_shift, View<T> grad_in);

}  // namespace espalier::kernels
