#pragma once

#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// The Gaussian error linear unit by the error function; torch.nn.GELU() (Hendrycks and Gimpel 2016).
template <class T>
class Gelu : public UnaryLayer<T> {
  public:
    Gelu(std::string name, std::size_t features) : UnaryLayer<T>(std::move(name)), features_(features) {}

    std::string kind() const override { return "gelu"; }
    std::size_t inputs() const override { return features_; }
    std::size_t outputs() const override { return features_; }
    std::size_t room(std::size_t taken) const override { return taken; }
    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) override;
    void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass& pass) override;

  private:
    std::size_t features_;
};

}  // namespace espalier::nn
