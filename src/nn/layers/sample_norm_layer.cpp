#include <algorithm>

#include <espalier/nn/layers/sample_norm_layer.hpp>

namespace espalier::nn {

template <class T>
SampleNorm<T>::SampleNorm(std::string name, std::string kind, const kernels::SampleSets& sets, double epsilon)
    : Layer<T>(std::move(name)),
      kind_(std::move(kind)),
      sets_(sets),
      epsilon_(epsilon),
      scale_("weight", Role::scale, sets.image.channels),
      shift_("bias", Role::shift, sets.image.channels) {
    std::ranges::fill(scale_.values, T(1));
}

template <class T>
void SampleNorm<T>::forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>& cache, const Pass&) {
    cache.numbers.resize(2 * sets_.sets * kernels::padded_lanes(in[0].lanes));
    kernels::normalise_samples<T>(sets_, in[0], scale_.values, shift_.values, epsilon_, cache.numbers, out);
}

template <class T>
void SampleNorm<T>::backward_node(Inputs<T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                                  InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) {
    kernels::normalise_samples_gradient<T>(sets_, in[0], scale_.values, cache.numbers, grad_out,
                                           scale_.gradient_of(pass.gradient_slot),
                                           shift_.gradient_of(pass.gradient_slot), grad_in[0]);
}

template class SampleNorm<float>;
template class SampleNorm<double>;

}  // namespace espalier::nn
