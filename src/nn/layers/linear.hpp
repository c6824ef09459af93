#pragma once

#include <espalier/nn/execution/execution.hpp>
#include <espalier/nn/layers/weighted_layer.hpp>

namespace espalier::nn {

/// out = W in + b with W a pattern and its values: sparse kernels or dense scratch where the pattern is stored, as the
/// Execution says; dense kernels where it is full.
/// Cost a pass by sparse kernels: 2 * edges * lanes operations forward, twice that backward.
template <class T>
class Linear : public WeightedLayer<T> {
  public:
    /// @param pattern [outputs x inputs]
    Linear(std::string name, Pattern pattern, Execution execution = {}, bool has_bias = true);

    std::string kind() const override { return "linear"; }
    std::size_t inputs() const override { return weight_.pattern().cols(); }
    std::size_t outputs() const override { return weight_.pattern().rows(); }
    std::optional<kernels::Layout> takes() const override { return kernels::Layout::rows; }
    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) override;
    void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass& pass) override;
    /// From now on it applies the leaky ReLU behind it to its own output (fusion.hpp).
    void fuse_output_activation(T slope) { output_slope_ = slope; }
    /// From now on it gives the gradient before the leaky ReLU whose output it takes.
    void fuse_input_activation(T slope) { input_slope_ = slope; }
    void gradient_rows(kernels::View<const T> in, kernels::View<const T> grad_out, std::size_t first, std::size_t count,
                       std::span<T> out) const override;
    void gradient_at(kernels::View<const T> in, kernels::View<const T> grad_out, const Pattern& where, std::span<T> out,
                     GradientWay way) const override;

  protected:
    /// Of a weight that is some rows of a larger one.
    Linear(std::string name, MaskedWeight<T> weight, bool has_bias);
    T input_slope() const { return input_slope_; }

    using WeightedLayer<T>::weight_;
    using WeightedLayer<T>::bias_;

  private:
    void weight_gradient(kernels::View<const T> in, kernels::View<const T> grad_out, std::span<T> gradient) const;
    void dense_gradients(kernels::View<const T> in, kernels::View<const T> grad_out, kernels::View<T> grad_in,
                         std::span<T> gradient) const;

    Execution execution_;
    T output_slope_ = T(1);  // of a leaky ReLU behind this layer that it applies itself; 1: none
    T input_slope_ = T(1);   // of the one before it, through which it takes the gradient
};

}  // namespace espalier::nn
