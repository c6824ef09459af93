#pragma once

#include <memory>
#include <vector>

#include <espalier/nn/layer.hpp>

namespace espalier::nn {

/// The activations of passes through a network, and the gradients at them; one for training, another for evaluation.
template <class T>
class Workspace {
  public:
    /// Gradients at every layer stay readable after backward() (RigL reads them); else two buffers take turns.
    bool keep_gradients = false;
    /// What every layer took in stays readable after a pass without training, too; else two buffers take turns.
    bool keep_outputs = false;

  private:
    template <class U>
    friend class Network;
    std::vector<kernels::View<const T>> inputs_;  // of each layer, as of the last forward pass
    std::vector<kernels::View<T>> outputs_;       // of each layer
    std::vector<kernels::View<T>> gradients_;     // at each layer's output, as of the last backward pass
    std::vector<kernels::Activations<T>> output_memory_;
    std::vector<kernels::Activations<T>> gradient_memory_;
};

/// Layers one after the other.
template <class T>
class Network {
  public:
    /// A leaky ReLU between two layers that can do its work costs no passes of its own: it is theirs from then on.
    /// @throws ConfigError where the layer's inputs are not the outputs of the layer before
    void add(std::unique_ptr<Layer<T>> layer);

    std::size_t size() const { return layers_.size(); }
    Layer<T>& layer(std::size_t k) { return *layers_[k]; }
    const Layer<T>& layer(std::size_t k) const { return *layers_[k]; }
    const ParameterTable<T>& table() const { return table_; }
    /// The weights of a layer that a mask can thin out, or null.
    MaskedWeight<T>* weight(std::size_t k) const;
    /// Numbers of the layers that hold such weights, in order.
    std::vector<std::size_t> weighted_layers() const;

    /// The last layer's output [classes x lanes], in the workspace. Without training, two buffers take turns unless
    /// keep_outputs.
    kernels::View<T> forward(Workspace<T>& workspace, kernels::View<const T> in, const Pass& pass);

    /// Where the gradient at the last forward pass's output is to be written before backward(); same shape.
    kernels::View<T> output_gradient(Workspace<T>& workspace);

    /// Fills all parameters' gradients. Needs a forward pass with pass.training before.
    void backward(Workspace<T>& workspace, const Pass& pass);

    /// What a layer saw (behind the nonlinearity of the layer before) and what came back to it in the last step; the
    /// latter needs keep_gradients.
    kernels::View<const T> layer_input(const Workspace<T>& workspace, std::size_t k) const;
    kernels::View<const T> layer_output_gradient(const Workspace<T>& workspace, std::size_t k) const;

  private:
    /// Which passes of a layer its neighbours do for it.
    struct Fused {
        bool forward = false;
        bool backward = false;
    };

    std::vector<std::unique_ptr<Layer<T>>> layers_;
    std::vector<Fused> fused_;  // of each layer
    ParameterTable<T> table_;
};

}  // namespace espalier::nn
