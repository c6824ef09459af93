#pragma once

#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/simd.hpp>

namespace espalier::kernels {

/// The largest error of srelu against float64, relative to |t| + |slope| * (|x| + |t|) with |t| = |t_l| + |t_r|, or to
/// |x| between the thresholds, for any size: right threshold, difference, product and sum are rounded once each. The
/// gradient at the input, relative to the exact one, keeps it too: it is one product.
inline constexpr double srelu_relative_error = 0x1p-22;

/// The largest error of the gradients at the parameters against float64, for up to 4096 lanes, relative to the sums
/// over lanes of the absolute terms: |g| * (1 + |slope|) at a threshold, |g| * (|x| + |t|) at a slope. A quarter of the
/// lanes at most is added up one after the other, and each term is rounded four times: 1029 * 2^-24. The right
/// threshold t_l + |t_r| decides as rounded to float.
inline constexpr double srelu_gradient_relative_error = 6.2e-5;

/// S-shaped ReLU with four parameters a feature: identity between the thresholds t_l and t_l + |t_r|, slopes a_l below
/// and a_r above. Arrays are [features]. Source: Jin et al., "Deep learning with S-shaped rectified linear activation
/// units", AAAI 2016; the right threshold relative to the left one is that of the library the SET programs used.
/// Relative error: srelu_relative_error.
template <class T>
void srelu(View<const T> in, View<T> out, SreluArrays<const T> parameters);

/// Gradient at the input and, summed over lanes, at the parameters (overwritten).
/// Relative error: srelu_relative_error at the input, srelu_gradient_relative_error at the parameters.
template <class T>
void srelu_gradient(View<const T> in, View<const T> grad_out, View<T> grad_in, SreluArrays<const T> parameters,
                    SreluArrays<T> gradients);

}  // namespace espalier::kernels
