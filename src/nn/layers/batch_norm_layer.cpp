#include <algorithm>

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
BatchNorm<T>::BatchNorm(std::string name, const kernels::Image& image)
    : Layer<T>(std::move(name)),
      image_(image),
      scale_("weight", Role::scale, image.channels),
      shift_("bias", Role::shift, image.channels),
      running_mean_("running_mean", Role::statistic, image.channels),
      running_variance_("running_var", Role::statistic, image.channels) {
    std::ranges::fill(scale_.values, T(1));
    std::ranges::fill(running_variance_.values, T(1));
}

template <class T>
void BatchNorm<T>::follow(std::span<const T> mean, std::span<const T> variance, std::size_t numbers, double momentum) {
    const double unbiased = static_cast<double>(numbers) / static_cast<double>(numbers - 1);
    const auto blend = [momentum](T& running, double now) {
        running = static_cast<T>((1.0 - momentum) * static_cast<double>(running) + momentum * now);
    };
    for (std::size_t f = 0; f < mean.size(); ++f) {
        blend(running_mean_.values[f], static_cast<double>(mean[f]));
        blend(running_variance_.values[f], unbiased * static_cast<double>(variance[f]));
    }
}

template <class T>
void BatchNorm<T>::normalise(kernels::View<const T> in, std::span<const T> mean, std::span<const T> variance,
                             kernels::View<T> out) const {
    if (is_table(in)) {
        kernels::normalise_rows<T>(in, mean, variance, scale_.values, shift_.values, out);
    } else {
        kernels::normalise_channels<T>(image_, in, moments(mean, variance), out);
    }
}

template <class T>
void BatchNorm<T>::forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>& cache, const Pass& pass) {
    if (!by_batch(pass)) {
        normalise(in[0], running_mean_.values, running_variance_.values, out);
        return;
    }
    const std::size_t numbers = image_.pixels() * in[0].lanes;
    if (numbers < 2) {
        throw ConfigError("layer " + this->name() +
                          ": batch normalisation needs two samples in a training batch, and one has 1; "
                          "choose a training.batch_size that leaves no single one at the end of an epoch");
    }
    const std::size_t channels = image_.channels;
    cache.numbers.resize(2 * channels);
    const std::span<T> found(cache.numbers);
    if (is_table(in[0])) {
        kernels::moments_of_rows<T>(in[0], found.first(channels), found.last(channels));
        normalise(in[0], half(cache.numbers, 0), half(cache.numbers, 1), out);
    } else {
        kernels::normalise_by_batch<T>(image_, in[0], found.first(channels), found.last(channels),
                                       moments(half(cache.numbers, 0), half(cache.numbers, 1)), out);
    }
    if (!pass.without_noise || pass.averaged_batches > 0) {
        const double momentum =
            pass.averaged_batches > 0 ? 1.0 / static_cast<double>(pass.averaged_batches) : running_momentum;
        follow(half(cache.numbers, 0), half(cache.numbers, 1), numbers, momentum);
    }
}

template <class T>
void BatchNorm<T>::backward_node(Inputs<T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                                 InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) {
    const bool fixed = !by_batch(pass);
    const std::span<const T> mean = fixed ? std::span<const T>(running_mean_.values) : half(cache.numbers, 0);
    const std::span<const T> variance = fixed ? std::span<const T>(running_variance_.values) : half(cache.numbers, 1);
    if (is_table(in[0])) {
        kernels::normalise_rows_gradient<T>(in[0], mean, variance, scale_.values, fixed, grad_out, scale_.gradient,
                                            shift_.gradient, grad_in[0]);
    } else {
        kernels::normalise_channels_gradient<T>(image_, in[0], moments(mean, variance), fixed, grad_out,
                                                scale_.gradient, shift_.gradient, grad_in[0]);
    }
}

template class BatchNorm<float>;
template class BatchNorm<double>;

}  // namespace espalier::nn
