#pragma once

#include <espalier/kernels/activations.hpp>

namespace espalier::kernels {

/// out = in / 2 * (1 + erf(in / sqrt(2))): the Gaussian error linear unit by the error function, not by tanh (Hendrycks
/// and Gimpel 2016, section 2). May work in place; 0 stays 0. Takes either layout as View::flat().
template <class T>
void gelu(View<const T> in, View<T> out);

/// grad_in = grad_out * (Phi(in) + in * phi(in)), Phi and phi the distribution and density of a normal number.
/// @param grad_in  may be grad_out
template <class T>
void gelu_gradient(View<const T> in, View<const T> grad_out, View<T> grad_in);

}  // namespace espalier::kernels
