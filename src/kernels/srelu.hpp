#pragma once

#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/simd.hpp>

namespace espalier::kernels {

/// S-shaped ReLU with four parameters a feature: identity between the thresholds t_l and t_l + |t_r|, slopes a_l below
/// and a_r above. Arrays are [features]. Source: Jin et al., "Deep learning with S-shaped rectified linear activation
/// units", AAAI 2016; the right threshold relative to the left one is that of the library the SET programs used.
template <class T>
void srelu(View<const T> in, View<T> out, SreluArrays<const T> parameters);

/// Gradient at the input and, summed over lanes, at the parameters (overwritten).
template <class T>
void srelu_gradient(View<const T> in, View<const T> grad_out, View<T> grad_in, SreluArrays<const T> parameters,
                    SreluArrays<T> gradients);

}  // namespace espalier::kernels
