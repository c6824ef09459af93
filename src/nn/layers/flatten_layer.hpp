#pragma once

#include <espalier/kernels/images/image.hpp>
#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// Turns images into features for linear layers: the numbers stay, channel by channel, row by row; their lanes move
/// from lane blocks into rows.
template <class T>
class Flatten : public UnaryLayer<T> {
  public:
    Flatten(std::string name, const kernels::Image& image) : UnaryLayer<T>(std::move(name)), image_(image) {}

    std::string kind() const override { return "flatten"; }
    std::size_t inputs() const override { return image_.features(); }
    std::size_t outputs() const override { return image_.features(); }
    std::optional<kernels::Layout> takes() const override { return kernels::Layout::lane_blocks; }
    kernels::Layout gives(kernels::Layout) const override { return kernels::Layout::rows; }
    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) override;
    void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass& pass) override;

  private:
    kernels::Image image_;
};

}  // namespace espalier::nn
