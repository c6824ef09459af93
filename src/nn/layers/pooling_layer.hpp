#pragma once

#include <espalier/kernels/images/pooling.hpp>
#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

enum class PoolingOf : std::uint8_t { maximum, mean };

/// The largest or the mean number of windows of each channel: torch.nn.MaxPool2d, AvgPool2d,
/// AdaptiveMaxPool2d, AdaptiveAvgPool2d.
template <class T>
class PoolingLayer : public UnaryLayer<T> {
  public:
    PoolingLayer(std::string name, std::string kind, PoolingOf what, kernels::Pooling pooling)
        : UnaryLayer<T>(std::move(name)), kind_(std::move(kind)), what_(what), pooling_(std::move(pooling)) {}

    std::string kind() const override { return kind_; }
    std::size_t inputs() const override { return pooling_.in.features(); }
    std::size_t outputs() const override { return pooling_.out().features(); }
    std::optional<kernels::Layout> takes() const override { return kernels::Layout::lane_blocks; }
    std::size_t room(std::size_t) const override { return pooling_.out().room(); }
    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) override;
    void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass& pass) override;

  private:
    std::string kind_;
    PoolingOf what_;
    kernels::Pooling pooling_;
};

}  // namespace espalier::nn
