#pragma once

#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// Turns images into features for linear layers: the numbers stay, channel by channel, row by row; their lanes move
/// from lane blocks into rows.
template <class T>
class Flatten : public UnaryLayer<T> {
  public:
    Flatten(std::string name, std::size_t features) : UnaryLayer<T>(std::move(name)), features_(features) {}

    std::string kind() const override { return "flatten"; }
    std::size_t inputs() const override { return features_; }
    std::size_t outputs() const override { return features_; }
    std::optional<kernels::Layout> takes() const override { return kernels::Layout::lane_blocks; }
    kernels::Layout gives(kernels::Layout) const override { return kernels::Layout::rows; }
    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) override;
    void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass& pass) override;

  private:
    std::size_t features_;
};

}  // namespace espalier::nn
