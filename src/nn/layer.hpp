#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <espalier/base/error.hpp>
#include <espalier/kernels/activations.hpp>
#include <espalier/nn/parameter_table.hpp>

namespace espalier::nn {

/// What a pass through the network is for; names the random numbers it may draw.
struct Pass {
    bool training = false;
    std::uint64_t seed = 0;
    std::uint64_t step = 0;
    bool without_noise = false;  ///< dropout passes everything: for scores of a network
};

/// How a gradient at chosen positions is computed; the ways differ by rounding.
enum class GradientWay : std::uint8_t {
    sparse,      ///< by the sparse kernels
    as_trained,  ///< as the layer computes the gradient of its own weights: dense where that pays
};

/// One layer: it knows its own derivative and holds no activations, so that training and evaluation can share it.
/// Activations are [features x lanes], see kernels::View.
template <class T>
class Layer {
  public:
    explicit Layer(std::string name) : name_(std::move(name)) {}
    Layer(const Layer&) = delete;
    Layer& operator=(const Layer&) = delete;
    virtual ~Layer() = default;

    const std::string& name() const { return name_; }
    virtual std::string kind() const = 0;  ///< as run files and `inspect` name it: "linear", "relu", ...
    virtual std::size_t inputs() const = 0;
    virtual std::size_t outputs() const = 0;

    /// True where the output may take the input's memory, and the gradient at the input that at the output.
    virtual bool in_place() const { return false; }

    virtual void forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) = 0;

    /// Fills the parameters' gradients (overwriting them) and grad_in, unless that has no data.
    /// Of an in-place layer `in` is the same memory as `out`, and grad_in as grad_out.
    virtual void backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                          kernels::View<T> grad_in, const Pass& pass) = 0;

    /// Rows [first, first + count) of the gradient of its masked weight at every position, row after row. Of a layer
    /// without such a weight nobody asks.
    virtual void gradient_rows(kernels::View<const T>, kernels::View<const T>, std::size_t, std::size_t,
                               std::span<T>) const {
        throw Error("layer " + name_ + " has no masked weight");
    }
    /// The same at the positions of a pattern.
    virtual void gradient_at(kernels::View<const T>, kernels::View<const T>, const Pattern&, std::span<T>,
                             GradientWay) const {
        throw Error("layer " + name_ + " has no masked weight");
    }

    /// The slope below 0 of a leaky ReLU whose neighbours may do its work on their way; none of other layers.
    virtual std::optional<T> fusible_slope() const { return std::nullopt; }
    /// Asks the layer to apply the leaky ReLU behind it to its output; true where it will from now on.
    virtual bool fuse_output_activation(T) { return false; }
    /// Asks the layer to give the gradient before the leaky ReLU whose output it takes; true where it will from now on.
    virtual bool fuse_input_activation(T) { return false; }

    /// Says which arrays it holds, the masked weight first.
    virtual void declare(typename ParameterTable<T>::Declaration) {}

  private:
    std::string name_;
};

}  // namespace espalier::nn
