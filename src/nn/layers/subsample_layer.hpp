#pragma once

#include <espalier/kernels/images/image.hpp>
#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// Every `step`-th row and column from the first on, with channels of zeros before and after: the shortcut without
/// parameters between two stages (option A of He et al., CVPR 2016).
template <class T>
class Subsample : public UnaryLayer<T> {
  public:
    /// @param out  its channels beyond those of `in` are zero: half before, half after
    Subsample(std::string name, const kernels::Image& in, const kernels::Image& out, std::size_t step)
        : UnaryLayer<T>(std::move(name)), in_(in), out_(out), step_(step) {}

    std::string kind() const override { return "subsample"; }
    std::size_t inputs() const override { return in_.features(); }
    std::size_t outputs() const override { return out_.features(); }
    std::optional<kernels::Layout> takes() const override { return kernels::Layout::lane_blocks; }
    std::size_t room(std::size_t) const override { return out_.room(); }
    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) override;
    void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass& pass) override;

  private:
    /// body(place in the input, place in the output) for all that are passed on.
    template <class Body>
    void for_pairs(const Body& body) const;

    kernels::Image in_, out_;
    std::size_t step_;
};

}  // namespace espalier::nn
