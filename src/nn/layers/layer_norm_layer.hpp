#pragma once

#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// Layer normalisation: every sample by the mean and variance of its own features, then a scale and a shift a feature.
/// Scales start at 1, shifts at 0; epsilon 1e-5, as torch.nn.LayerNorm has it.
///
/// Source: Ba, Kiros, Hinton 2016; definitions.md 7.4.
template <class T>
class LayerNorm : public Layer<T> {
  public:
    LayerNorm(std::string name, std::size_t features);

    std::string kind() const override { return "layer_norm"; }
    std::size_t inputs() const override { return scale_.values.size(); }
    std::size_t outputs() const override { return inputs(); }
    std::optional<kernels::Layout> takes() const override { return kernels::Layout::rows; }
    void forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>& cache, const Pass& pass) override;
    void backward_node(Inputs<T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                       InputGradients<T> grad_in, const Cache<T>& cache, const Pass& pass) override;
    void declare(typename ParameterTable<T>::Declaration arrays) override {
        for (Parameter<T>* array : {&scale_, &shift_}) arrays.array(*array);
    }

  private:
    Parameter<T> scale_, shift_;
};

}  // namespace espalier::nn
