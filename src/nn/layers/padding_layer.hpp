#pragma once

#include <cstdint>
#include <vector>

#include <espalier/kernels/images/image.hpp>
#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// What lies around a padded image.
enum class PaddingOf : std::uint8_t {
    zeros,
    replication,  ///< the element at the border
    reflection,   ///< the image mirrored at its border, which itself is not repeated
};

/// Puts rows and columns around an image: torch.nn.ZeroPad2d, ReplicationPad2d and ReflectionPad2d.
/// Source: definitions.md 7.7.
template <class T>
class PaddingLayer : public UnaryLayer<T> {
  public:
    /// @param window  whose padding is put there, `before` and `after` of both axes
    /// @param border  that the output has in memory
    /// @pre of a reflection less than the image's own side
    PaddingLayer(std::string name, std::string kind, PaddingOf what, const kernels::Image& in,
                 const kernels::Window& window, std::size_t border = 0);

    std::string kind() const override { return kind_; }
    std::size_t inputs() const override { return in_.features(); }
    std::size_t outputs() const override { return out_.features(); }
    std::size_t room(std::size_t) const override { return out_.room(); }
    std::optional<kernels::Layout> takes() const override { return kernels::Layout::lane_blocks; }
    void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) override;
    void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                  kernels::View<T> grad_in, const Pass& pass) override;

  private:
    /// body(place in the input, place in the output) for all elements that come from the image.
    template <class Body>
    void for_pairs(const Body& body) const;

    std::string kind_;
    kernels::Image in_, out_;
    std::vector<std::size_t> rows_, cols_;  // of each row and column of the output: the one it repeats, or none
};

}  // namespace espalier::nn
