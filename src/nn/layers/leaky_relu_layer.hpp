#pragma once

#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// x where x > 0, else slope * x: ReLU (slope 0), leaky ReLU, and All-ReLU with its alternating slopes
/// (activation_choice.cpp).
template <class T>
class LeakyRelu : public UnaryLayer<T> {
  public:
    LeakyRelu(std::string name, std::string kind, std::size_t features, double slope)
        : UnaryLayer<T>(std::move(name)), kind_(std::move(kind)), features_(features), slope_(static_cast<T>(slope)) {}

    std::string kind() const override { return kind_; }
    std::size_t inputs() const override { return features_; }
    std::size_t outputs() const override { return features_; }
    /// With a negative slope the output no longer tells the input's sign, which the gradient needs.
    std::size_t room(std::size_t taken) const override { return taken; }
    InPlace in_place() const override { return slope_ >= T(0) ? InPlace::over_all : InPlace::no; }
    T slope() const { return slope_; }
    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) override;
    void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass& pass) override;

  private:
    std::string kind_;
    std::size_t features_;
    T slope_;
};

}  // namespace espalier::nn
