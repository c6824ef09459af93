#pragma once

#include <espalier/nn/layer.hpp>

namespace espalier::nn {

/// out = W in + b with W a pattern and its values: sparse kernels where the pattern is stored, dense ones where it is
/// full. Cost a pass: 2 * edges * lanes operations forward, twice that backward.
template <class T>
class Linear : public Layer<T> {
  public:
    /// @param pattern [outputs x inputs]; weights and biases start at zero (see initialise.hpp)
    Linear(std::string name, Pattern pattern);

    std::string kind() const override { return "linear"; }
    std::size_t inputs() const override { return weight_.pattern().cols(); }
    std::size_t outputs() const override { return weight_.pattern().rows(); }
    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) override;
    void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass& pass) override;
    std::vector<Parameter<T>*> parameters() override { return {&weight_.parameter(), &bias_}; }
    MaskedWeight<T>* weight() override { return &weight_; }

  private:
    MaskedWeight<T> weight_;
    Parameter<T> bias_;
};

}  // namespace espalier::nn
