#include <algorithm>

#include <espalier/kernels/normalise.hpp>
#include <espalier/nn/layers/batch_norm_layer.hpp>

namespace espalier::nn {
namespace {

constexpr double running_momentum = 0.1;

/// The moments of a batch lie in the cache: all means, then all variances.
template <class T>
std::span<const T> half(const AlignedVector<T>& numbers, std::size_t which) {
    return std::span<const T>(numbers).subspan(which * numbers.size() / 2, numbers.size() / 2);
}

}  // namespace

template <class T>
BatchNorm<T>::BatchNorm(std::string name, std::size_t features)
    : Layer<T>(std::move(name)),
      scale_("weight", Role::scale, features),
      shift_("bias", Role::shift, features),
      running_mean_("running_mean", Role::statistic, features),
      running_variance_("running_var", Role::statistic, features) {
    std::ranges::fill(scale_.values, T(1));
    std::ranges::fill(running_variance_.values, T(1));
}

template <class T>
void BatchNorm<T>::follow(std::span<const T> mean, std::span<const T> variance, std::size_t lanes) {
    const double unbiased = static_cast<double>(lanes) / static_cast<double>(lanes - 1);
    const auto blend = [](T& running, double now) {
        running = static_cast<T>((1.0 - running_momentum) * static_cast<double>(running) + running_momentum * now);
    };
    for (std::size_t f = 0; f < mean.size(); ++f) {
        blend(running_mean_.values[f], static_cast<double>(mean[f]));
        blend(running_variance_.values[f], unbiased * static_cast<double>(variance[f]));
    }
}

template <class T>
void BatchNorm<T>::forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>& cache, const Pass& pass) {
    if (!by_batch(pass)) {
        kernels::normalise_rows<T>(in[0], running_mean_.values, running_variance_.values, scale_.values, shift_.values,
                                   out);
        return;
    }
    if (in[0].lanes < 2) {
        throw ConfigError("layer " + this->name() +
                          ": batch normalisation needs two samples in a training batch, and one has 1; "
                          "choose a training.batch_size that leaves no single one at the end of an epoch");
    }
    const std::size_t features = inputs();
    cache.numbers.resize(2 * features);
    const std::span<T> moments(cache.numbers);
    kernels::moments_of_rows<T>(in[0], moments.first(features), moments.last(features));
    if (!pass.without_noise) follow(half(cache.numbers, 0), half(cache.numbers, 1), in[0].lanes);
    kernels::normalise_rows<T>(in[0], half(cache.numbers, 0), half(cache.numbers, 1), scale_.values, shift_.values,
                               out);
}

template <class T>
void BatchNorm<T>::backward_node(Inputs<T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                                 InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) {
    const bool fixed = !by_batch(pass);
    const std::span<const T> mean = fixed ? std::span<const T>(running_mean_.values) : half(cache.numbers, 0);
    const std::span<const T> variance = fixed ? std::span<const T>(running_variance_.values) : half(cache.numbers, 1);
    kernels::normalise_rows_gradient<T>(in[0], mean, variance, scale_.values, fixed, grad_out, scale_.gradient,
                                        shift_.gradient, grad_in[0]);
}

template class BatchNorm<float>;
template class BatchNorm<double>;

}  // namespace espalier::nn
