#include <algorithm>

#include <espalier/kernels/normalise.hpp>
#include <espalier/nn/layers/layer_norm_layer.hpp>

namespace espalier::nn {

template <class T>
LayerNorm<T>::LayerNorm(std::string name, std::size_t features)
    : Layer<T>(std::move(name)), scale_("weight", Role::scale, features), shift_("bias", Role::shift, features) {
    std::ranges::fill(scale_.values, T(1));
}

template <class T>
void LayerNorm<T>::forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>& cache, const Pass&) {
    cache.numbers.resize(2 * in[0].stride);  // all means, then all variances
    const std::span<T> mean = std::span<T>(cache.numbers).first(in[0].stride);
    const std::span<T> variance = std::span<T>(cache.numbers).last(in[0].stride);
    kernels::moments_of_lanes<T>(in[0], mean, variance);
    kernels::normalise_lanes<T>(in[0], mean, variance, scale_.values, shift_.values, out);
}

template <class T>
void LayerNorm<T>::backward_node(Inputs<T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                                 InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) {
    const std::span<const T> mean = std::span<const T>(cache.numbers).first(in[0].stride);
    const std::span<const T> variance = std::span<const T>(cache.numbers).last(in[0].stride);
    kernels::normalise_lanes_gradient<T>(in[0], mean, variance, scale_.values, grad_out,
                                         scale_.gradient_of(pass.gradient_slot), shift_.gradient_of(pass.gradient_slot),
                                         grad_in[0]);
}

template class LayerNorm<float>;
template class LayerNorm<double>;

}  // namespace espalier::nn
