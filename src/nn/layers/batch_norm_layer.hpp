#pragma once

#include <espalier/kernels/images/channel_norm.hpp>
#include <espalier/kernels/normalise.hpp>
#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// Batch normalisation of each feature, of images of each channel over its pixels: in training by the moments of the
/// batch, else by their running means. Scales start at 1, shifts at 0, running means at 0 and variances at 1; epsilon
/// 1e-5, momentum 0.1, and the running variance takes the unbiased one, as torch.nn.BatchNorm1d and 2d have it.
///
/// Source: Ioffe, Szegedy, ICML 2015; definitions.md 7.3.
template <class T>
class BatchNorm : public Layer<T> {
  public:
    /// @param image  of a table: its features as channels of one pixel
    BatchNorm(std::string name, const kernels::Image& image);
    BatchNorm(std::string name, std::size_t features) : BatchNorm(std::move(name), kernels::Image{features, 1, 1}) {}

    std::string kind() const override { return "batch_norm"; }
    std::size_t inputs() const override { return image_.features(); }
    std::size_t outputs() const override { return inputs(); }
    std::size_t room(std::size_t) const override { return image_.room(); }
    /// @throws ConfigError in training by a batch with one number a channel, which has no variance
    void forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>& cache, const Pass& pass) override;
    void backward_node(Inputs<T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                       InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) override;
    /// The backward pass of another use of the same arrays (shared_batch_norm_layer.hpp), all of which come before
    /// backward_node: gradients of scales and shifts add up.
    void backward_use(Inputs<T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                      InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass);
    /// By the moments of a batch of which a pass has a part: blocks meet. They bring means, sums of squared distances
    /// and how many numbers they are of, then the two sums that gradients need; in double, joined as
    /// kernels/moments.hpp says (definitions.md 7.9).
    bool meets(const Pass& pass) const override { return by_batch(pass) && !pass.part.is_whole(); }
    void bring_forward(Inputs<T> in, Cache<T>& cache, const Pass& pass) const override;
    void bring_backward(Inputs<T> in, kernels::View<const T> grad_out, Cache<T>& cache, const Pass& pass) override;
    void join(Way way, std::span<double> left, std::span<const double> right) const override;
    /// @throws ConfigError where the whole batch has one number a channel
    void conclude(std::span<const double> all, const Pass& pass) override;
    /// True where it can do the leaky ReLU behind it on its way (fusion.hpp).
    bool can_rectify() const { return image_.pixels() > 1 && !has_uses_; }
    /// Told by another use of its arrays, before layers are fused.
    void add_use() { has_uses_ = true; }
    /// What it takes and gives, a border in memory among it.
    const kernels::Image& image() const { return image_; }
    /// From now on it applies this leaky ReLU to its output, and takes the gradient behind it.
    void fuse_activation(T slope) { slope_ = slope; }
    void declare(typename ParameterTable<T>::Declaration arrays) override {
        for (Parameter<T>* array : {&scale_, &shift_, &running_mean_, &running_variance_}) arrays.array(*array);
    }

  private:
    static bool by_batch(const Pass& pass) { return pass.training && !pass.running_statistics; }
    /// Whether each feature is a row of lanes, to which kernels of their own go.
    bool is_table(kernels::View<const T> in) const { return image_.pixels() == 1 && in.blocks() == 1; }
    void normalise(kernels::View<const T> in, std::span<const T> mean, std::span<const T> variance,
                   kernels::View<T> out) const;
    kernels::ChannelMoments<T> moments(std::span<const T> mean, std::span<const T> variance) const {
        return {mean, variance, scale_.values, shift_.values, kernels::normalise_epsilon, slope_};
    }
    /// One use's gradients, in place of what stands there.
    void backward_alone(Inputs<T> in, kernels::View<const T> grad_out, kernels::View<T> grad_in, const Cache<T>& cache,
                        const Pass& pass);
    void require_variance(std::size_t numbers) const;
    /// The running means follow a batch, where the pass lets them.
    void follow(std::span<const T> mean, std::span<const T> variance, std::size_t numbers, const Pass& pass);
    /// All means, then all variances, of what blocks have brought together.
    void round_moments(std::span<const double> all, AlignedVector<T>& numbers) const;
    void met_gradient(Inputs<T> in, kernels::View<const T> grad_out, kernels::View<T> grad_in, const Cache<T>& cache,
                      const Pass& pass) const;

    kernels::Image image_;
    Parameter<T> scale_, shift_, running_mean_, running_variance_;
    T slope_ = T(1);          // of a leaky ReLU behind it that it does itself; 1: none
    bool has_uses_ = false;   // elsewhere
    std::vector<T> of_uses_;  // gradients of scales, then of shifts, of other uses in this backward pass
};

}  // namespace espalier::nn
