#include <algorithm>

#include <espalier/kernels/moments.hpp>
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
void BatchNorm<T>::require_variance(std::size_t numbers) const {
    if (numbers >= 2) return;
    throw ConfigError("layer " + this->name() +
                      ": batch normalisation needs two samples in a training batch, and one has 1; "
                      "choose a training.batch_size that leaves no single one at the end of an epoch");
}

template <class T>
void BatchNorm<T>::follow(std::span<const T> mean, std::span<const T> variance, std::size_t numbers, const Pass& pass) {
    if (pass.without_noise && pass.averaged_batches == 0) return;
    const double momentum =
        pass.averaged_batches > 0 ? 1.0 / static_cast<double>(pass.averaged_batches) : running_momentum;
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
    if (meets(pass)) {
        round_moments(cache.shared, cache.numbers);
        normalise(in[0], half(cache.numbers, 0), half(cache.numbers, 1), out);
        return;
    }
    const std::size_t numbers = image_.pixels() * in[0].lanes;
    require_variance(numbers);
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
    follow(half(cache.numbers, 0), half(cache.numbers, 1), numbers, pass);
}

template <class T>
void BatchNorm<T>::backward_node(Inputs<T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                                 InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) {
    if (meets(pass)) {
        if (grad_in[0].data != nullptr) met_gradient(in, grad_out, grad_in[0], cache, pass);
        return;
    }
    backward_alone(in, grad_out, grad_in[0], cache, pass);
    if (of_uses_.empty()) return;
    for (std::size_t c = 0; c < image_.channels; ++c) {
        scale_.gradient_of(pass.gradient_slot)[c] += of_uses_[c];
        shift_.gradient_of(pass.gradient_slot)[c] += of_uses_[image_.channels + c];
    }
    of_uses_.clear();
}

template <class T>
void BatchNorm<T>::backward_use(Inputs<T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                                InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) {
    backward_alone(in, grad_out, grad_in[0], cache, pass);
    of_uses_.resize(2 * image_.channels, T(0));
    for (std::size_t c = 0; c < image_.channels; ++c) {
        of_uses_[c] += scale_.gradient_of(pass.gradient_slot)[c];
        of_uses_[image_.channels + c] += shift_.gradient_of(pass.gradient_slot)[c];
    }
}

template <class T>
void BatchNorm<T>::backward_alone(Inputs<T> in, kernels::View<const T> grad_out, kernels::View<T> grad_in,
                                  const Cache<T>& cache, const Pass& pass) {
    const bool fixed = !by_batch(pass);
    const std::span<const T> mean = fixed ? std::span<const T>(running_mean_.values) : half(cache.numbers, 0);
    const std::span<const T> variance = fixed ? std::span<const T>(running_variance_.values) : half(cache.numbers, 1);
    const std::span<T> grad_scale = scale_.gradient_of(pass.gradient_slot);
    const std::span<T> grad_shift = shift_.gradient_of(pass.gradient_slot);
    if (is_table(in[0])) {
        kernels::normalise_rows_gradient<T>(in[0], mean, variance, scale_.values, fixed, grad_out, grad_scale,
                                            grad_shift, grad_in);
    } else {
        kernels::normalise_channels_gradient<T>(image_, in[0], moments(mean, variance), fixed, grad_out, grad_scale,
                                                grad_shift, grad_in);
    }
}

// What lies in cache.shared: means, sums of squared distances, and how many numbers these are of; in the backward pass
// the sums of gradients, then of their products with what was normalised.

template <class T>
void BatchNorm<T>::bring_forward(Inputs<T> in, Cache<T>& cache, const Pass&) const {
    const std::size_t channels = image_.channels;
    cache.shared.resize(2 * channels + 1);
    const std::span<double> mean = std::span(cache.shared).first(channels);
    const std::span<double> squares = std::span(cache.shared).subspan(channels, channels);
    if (is_table(in[0])) {
        kernels::exact_moments_of_rows<T>(in[0], mean, squares);
    } else {
        kernels::exact_moments_of_channels<T>(image_, in[0], mean, squares);
    }
    cache.shared.back() = static_cast<double>(image_.pixels() * in[0].lanes);
}

template <class T>
void BatchNorm<T>::join(Way way, std::span<double> left, std::span<const double> right) const {
    if (way == Way::backward) {
        for (std::size_t k = 0; k < left.size(); ++k) left[k] += right[k];
        return;
    }
    const std::size_t channels = image_.channels;
    for (std::size_t c = 0; c < channels; ++c) {
        const kernels::Moments both =
            kernels::joined({left.back(), left[c], left[channels + c]}, {right.back(), right[c], right[channels + c]});
        left[c] = both.mean;
        left[channels + c] = both.squares;
    }
    left.back() += right.back();
}

template <class T>
void BatchNorm<T>::round_moments(std::span<const double> all, AlignedVector<T>& numbers) const {
    const std::size_t channels = image_.channels;
    numbers.resize(2 * channels);
    for (std::size_t c = 0; c < channels; ++c) {
        numbers[c] = static_cast<T>(all[c]);
        numbers[channels + c] = static_cast<T>(all[channels + c] / all.back());
    }
}

template <class T>
void BatchNorm<T>::conclude(std::span<const double> all, const Pass& pass) {
    const auto numbers = static_cast<std::size_t>(all.back());
    require_variance(numbers);
    AlignedVector<T> rounded;
    round_moments(all, rounded);
    follow(half(rounded, 0), half(rounded, 1), numbers, pass);
}

template <class T>
void BatchNorm<T>::bring_backward(Inputs<T> in, kernels::View<const T> grad_out, Cache<T>& cache, const Pass& pass) {
    const std::size_t channels = image_.channels;
    cache.shared.resize(2 * channels);
    const std::span<double> sums = std::span(cache.shared).first(channels);
    const std::span<double> products = std::span(cache.shared).last(channels);
    const std::span<const T> mean = half(cache.numbers, 0);
    const std::span<const T> variance = half(cache.numbers, 1);
    const bool table = is_table(in[0]);
    if (table) {
        kernels::normalise_rows_sums<T>(in[0], mean, variance, grad_out, sums, products);
    } else {
        kernels::normalise_channels_sums<T>(image_, in[0], moments(mean, variance), grad_out, sums, products);
    }
    AlignedVector<T>& grad_scale = scale_.gradient_of(pass.gradient_slot);
    AlignedVector<T>& grad_shift = shift_.gradient_of(pass.gradient_slot);
    for (std::size_t c = 0; c < channels; ++c) {
        grad_shift[c] = static_cast<T>(sums[c]);
        grad_scale[c] =
            table ? static_cast<T>(products[c]) : kernels::scale_gradient(moments(mean, variance), c, products[c]);
    }
}

template <class T>
void BatchNorm<T>::met_gradient(Inputs<T> in, kernels::View<const T> grad_out, kernels::View<T> grad_in,
                                const Cache<T>& cache, const Pass& pass) const {
    const std::size_t channels = image_.channels;
    const std::span<const double> sums = std::span(cache.shared).first(channels);
    const std::span<const double> products = std::span(cache.shared).last(channels);
    const std::span<const T> mean = half(cache.numbers, 0);
    const std::span<const T> variance = half(cache.numbers, 1);
    if (is_table(in[0])) {
        kernels::normalise_rows_gradient_by_sums<T>(in[0], mean, variance, scale_.values, sums, products,
                                                    pass.part.samples, grad_out, grad_in);
    } else {
        kernels::normalise_channels_gradient_by_sums<T>(image_, in[0], moments(mean, variance), sums, products,
                                                        pass.part.samples, grad_out, grad_in);
    }
}

template class BatchNorm<float>;
template class BatchNorm<double>;

}  // namespace espalier::nn
