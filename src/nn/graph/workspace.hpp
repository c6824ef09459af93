#pragma once

#include <vector>

#include <espalier/nn/layers/layer.hpp>

namespace espalier::nn {

/// The activations of passes through a network, and the gradients at them; one for training, another for evaluation.
template <class T>
class Workspace {
  public:
    /// Gradients at every layer stay readable after backward() (RigL reads them); else buffers are used anew.
    bool keep_gradients = false;
    /// What every layer took in stays readable after a pass without training, too; else buffers are used anew.
    bool keep_outputs = false;
    /// Gradients give their memory back before a forward pass, which may need it.
    bool is_lean = false;
    /// backward() computes the gradient at the network's input, too (Network::input_gradient); training needs none.
    bool wants_input_gradient = false;

    /// Gives all memory back until the next pass; nothing of the last one stays readable.
    void rest() {
        inputs_.clear();
        outputs_.clear();
        gradients_.clear();
        input_memory_ = {};
        output_memory_.clear();
        gradient_memory_.clear();
        input_gradients_.clear();
    }

  private:
    template <class U>
    friend class Network;
    std::size_t last_ = 0;                        // number of the node whose output the last pass gave
    kernels::View<const T> input_;                // of the network, as of the last pass
    std::vector<kernels::View<const T>> inputs_;  // of all nodes, one node's after the other's, as of the last pass
    std::vector<kernels::View<T>> outputs_;       // of each node
    std::vector<kernels::View<T>> gradients_;     // at each node's output, as of the last backward pass
    std::vector<Cache<T>> caches_;                // of each node
    kernels::Activations<T> input_memory_;        // the input in the network's layout, where it comes in another
    std::vector<kernels::Activations<T>> output_memory_;
    std::vector<kernels::Activations<T>> gradient_memory_;
    std::vector<kernels::Activations<T>> input_gradients_;  // where wanted: the sum, then what readers add to it
};

}  // namespace espalier::nn
