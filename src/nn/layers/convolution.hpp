#pragma once

#include <espalier/kernels/images/convolution.hpp>
#include <espalier/nn/execution/execution.hpp>
#include <espalier/nn/layers/weighted_layer.hpp>

namespace espalier::nn {

/// A convolution with a pattern and its values, of images and (height 1) of sequences; torch.nn.Conv2d and Conv1d. As
/// "pixel_linear" it is torch.nn.Linear on the channels of each pixel.
/// Cost a pass: 2 * edges * output pixels * lanes operations forward, twice that backward.
template <class T>
class Convolution : public WeightedLayer<T> {
  public:
    /// @param pattern [output channels x input channels of a group * positions of the window]
    /// @param execution  how the products of a masked pattern are computed; a full one is always dense
    Convolution(std::string name, std::string kind, const kernels::ConvolutionShape& shape, Pattern pattern,
                bool has_bias, Execution execution = {});

    std::string kind() const override { return kind_; }
    std::size_t inputs() const override { return shape_.in.features(); }
    std::size_t outputs() const override { return shape_.out.features(); }
    std::optional<kernels::Layout> takes() const override { return kernels::Layout::lane_blocks; }
    std::size_t room(std::size_t) const override { return shape_.out.room(); }
    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) override;
    void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass& pass) override;
    bool adds_gradient() const override { return true; }
    void backward_adding(Inputs<T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                         InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) override;
    /// From now on it applies this leaky ReLU to its output (fusion.hpp).
    void fuse_output_activation(T slope) { output_slope_ = slope; }
    const kernels::ConvolutionShape& shape() const { return shape_; }
    void gradient_rows(kernels::View<const T> in, kernels::View<const T> grad_out, std::size_t first, std::size_t count,
                       std::span<T> out) const override;
    void gradient_at(kernels::View<const T> in, kernels::View<const T> grad_out, const Pattern& where, std::span<T> out,
                     GradientWay way) const override;

  private:
    bool is_dense(ConvolutionProduct product, const Pattern& pattern) const;
    void gradients(kernels::View<const T> in, kernels::View<const T> grad_out, kernels::View<T> grad_in, bool adds,
                   std::size_t slot);

    using WeightedLayer<T>::weight_;
    using WeightedLayer<T>::bias_;
    std::string kind_;
    kernels::ConvolutionShape shape_;
    Execution execution_;
    T output_slope_ = T(1);  // of a leaky ReLU behind it that it applies itself; 1: none
};

}  // namespace espalier::nn
