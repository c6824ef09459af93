#pragma once

#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// Stochastic depth: in training a sample loses the whole branch with probability `rate`, else what it gives is divided
/// by 1 - rate; identity otherwise (Huang et al., ECCV 2016, per sample and rescaled as in ConvNeXt). Which samples is
/// a function of (seed, layer, step) and the sample's place in the batch: nothing is stored, and blocks of a batch
/// drop what the batch would.
template <class T>
class DropPath : public UnaryLayer<T> {
  public:
    /// @param rate   in [0, 1)
    /// @param number the layer's number in the network: which random stream it uses
    DropPath(std::string name, std::size_t features, double rate, std::uint32_t number)
        : UnaryLayer<T>(std::move(name)), features_(features), rate_(rate), number_(number) {}

    std::string kind() const override { return "drop_path"; }
    std::size_t inputs() const override { return features_; }
    std::size_t outputs() const override { return features_; }
    std::size_t room(std::size_t taken) const override { return taken; }
    InPlace in_place() const override { return InPlace::over_fresh; }
    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) override;
    void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass& pass) override;

  private:
    void scale(kernels::View<const T> from, kernels::View<T> to, const Pass& pass) const;

    std::size_t features_;
    double rate_;
    std::uint32_t number_;
};

}  // namespace espalier::nn
