#pragma once

#include <espalier/kernels/images/image.hpp>
#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// Multiplies each channel of an image by a trained number, its "gamma" (Touvron et al., ICCV 2021, LayerScale), so
/// that a block begins as next to nothing of its residual stream.
template <class T>
class ChannelScale : public UnaryLayer<T> {
  public:
    /// @param start  of all numbers; ConvNeXt and SLaK begin with 1e-6
    ChannelScale(std::string name, const kernels::Image& image, double start);

    std::string kind() const override { return "channel_scale"; }
    std::size_t inputs() const override { return image_.features(); }
    std::size_t outputs() const override { return inputs(); }
    std::optional<kernels::Layout> takes() const override { return kernels::Layout::lane_blocks; }
    std::size_t room(std::size_t) const override { return image_.room(); }
    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) override;
    void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass& pass) override;
    void declare(typename ParameterTable<T>::Declaration arrays) override { arrays.array(gamma_); }

  private:
    kernels::Image image_;
    Parameter<T> gamma_;
};

}  // namespace espalier::nn
