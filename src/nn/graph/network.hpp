#pragma once

#include <memory>
#include <vector>

#include <espalier/nn/graph/fusion.hpp>
#include <espalier/nn/graph/workspace.hpp>

namespace espalier::nn {

/// Layers that take each other's outputs, in an order in which each comes behind those it takes.
///
/// Where an output has several readers the gradients that come back are added in the order of the backward pass, the
/// last reader's first: equal bits for any number of threads.
template <class T>
class Network {
  public:
    /// The last node gives the network's output.
    /// @throws ConfigError where a node takes what does not come before it, too many or too few, or other widths; where
    ///         what a node gives leads nowhere; or where images and features meet without a flatten between them
    explicit Network(std::vector<Node<T>> nodes);

    std::size_t size() const { return nodes_.size(); }
    /// Features of a sample.
    std::size_t inputs() const { return nodes_.front().layer->inputs(); }
    std::size_t outputs() const { return nodes_.back().layer->outputs(); }
    /// How many answers a training pass gives, one below the other, of which evaluation makes one; 1 but for networks
    /// with heads (heads_layer.hpp).
    std::size_t heads() const { return ends_in_evaluation() ? nodes_.back().layer->inputs() / outputs() : 1; }
    /// The layout that the network takes its input in.
    kernels::Layout input_layout() const { return input_layout_; }
    Layer<T>& layer(std::size_t k) { return *nodes_[k].layer; }
    const Layer<T>& layer(std::size_t k) const { return *nodes_[k].layer; }
    /// Numbers of the nodes that a node takes the outputs of, or network_input.
    const std::vector<std::size_t>& inputs_of(std::size_t k) const { return nodes_[k].inputs; }
    const ParameterTable<T>& table() const { return table_; }
    /// The weights of a layer that a mask can thin out, or null.
    MaskedWeight<T>* weight(std::size_t k) const;
    /// Numbers of the layers that hold such weights, in order.
    std::vector<std::size_t> weighted_layers() const;

    /// The last layer's output [classes x lanes], in the workspace; of a network with heads a training pass gives all
    /// of theirs, [heads * classes x lanes], unless the gradient at the input is wanted: that is of what evaluation
    /// gives. Images may come as rows, too, at the cost of a copy. Without training, buffers are used anew behind their
    /// last reader unless keep_outputs.
    kernels::View<T> forward(Workspace<T>& workspace, kernels::View<const T> in, const Pass& pass);

    /// Where the gradient at the last forward pass's output is to be written before backward(); same shape.
    kernels::View<T> output_gradient(Workspace<T>& workspace);

    /// Fills all parameters' gradients. Needs a forward pass with pass.training before.
    void backward(Workspace<T>& workspace, const Pass& pass);

    /// The gradient at the network's input, in its layout, as of the last backward pass of a workspace that wants it.
    /// With Pass::running_statistics and without_noise it is that of the function that evaluation computes.
    kernels::View<const T> input_gradient(const Workspace<T>& workspace) const {
        return workspace.input_gradients_.front().view();
    }

    /// The same for a block of a batch (blocks.hpp), in parts: each goes on to the next node that blocks of the batch
    /// meet in (Layer::meets), brings there what this one has, and returns its number; `through` behind the last node.
    /// Behind the meeting it goes on from that node.
    static constexpr std::size_t through = ~std::size_t{0};
    std::size_t begin_forward(Workspace<T>& workspace, kernels::View<const T> in, const Pass& pass);
    std::size_t go_on_forward(Workspace<T>& workspace, std::size_t node, const Pass& pass);
    std::size_t begin_backward(Workspace<T>& workspace, const Pass& pass);
    std::size_t go_on_backward(Workspace<T>& workspace, std::size_t node, const Pass& pass);
    /// What the block has brought to the node, and takes from it.
    std::vector<double>& shared(Workspace<T>& workspace, std::size_t node) const {
        return workspace.caches_[node].shared;
    }
    /// What forward() returned.
    kernels::View<T> output(const Workspace<T>& workspace) const { return workspace.outputs_[workspace.last_]; }
    /// What all heads gave in the last pass without training, [heads * classes x lanes]; without data where there is
    /// one.
    kernels::View<const T> outputs_of_heads(const Workspace<T>& workspace) const {
        return ends_in_evaluation() ? workspace.outputs_[size() - 2] : kernels::View<T>{};
    }

    /// What a layer saw of its first input (behind the nonlinearity of the layer before) and what came back to its
    /// output in the last step; the latter needs keep_gradients.
    kernels::View<const T> layer_input(const Workspace<T>& workspace, std::size_t k) const;
    kernels::View<const T> layer_output_gradient(const Workspace<T>& workspace, std::size_t k) const;

    /// Makes a workspace answer these two with what a pass elsewhere has left at a layer; the memory is the caller's.
    void show_layer(Workspace<T>& workspace, std::size_t k, kernels::View<const T> input,
                    kernels::View<T> output_gradient) const;

    /// What a node gave in the last forward pass, where outputs are kept.
    kernels::View<const T> layer_output(const Workspace<T>& workspace, std::size_t k) const;

  private:
    bool ends_in_evaluation() const { return size() > 1 && nodes_.back().layer->is_of_evaluation(); }
    Inputs<T> inputs_of(const Workspace<T>& workspace, std::size_t k) const {
        return {workspace.inputs_.data() + first_input_[k], nodes_[k].inputs.size()};
    }
    /// Nodes from this one on, up to the next meeting but for one before the first of them.
    std::size_t forward_nodes(Workspace<T>& workspace, std::size_t first, bool has_met, const Pass& pass);
    std::size_t backward_nodes(Workspace<T>& workspace, std::size_t first, bool has_met, const Pass& pass);
    void backward_node(Workspace<T>& workspace, std::size_t k, const Pass& pass);
    /// Memory for a gradient at the network's input: 0 the sum of all, the first reader's of the backward pass at
    /// first; then one for each input of a later reader.
    kernels::View<T> input_gradient_place(Workspace<T>& workspace, std::size_t number) const;
    const BufferPlan& buffers(bool keep_outputs, bool keep_gradients) const {
        return plans_[(keep_outputs ? 1 : 0) + (keep_gradients ? 2 : 0)];
    }

    std::vector<Node<T>> nodes_;
    kernels::Layout input_layout_ = kernels::Layout::rows;
    std::vector<kernels::Layout> layouts_;  // of each node's output
    std::vector<std::size_t> rooms_;        // numbers of each node's output for a lane
    std::vector<std::size_t> first_input_;  // of each node among those of all; at the end how many there are
    std::vector<BufferPlan> plans_;         // for each answer to what is to be kept
    std::vector<Fused> fused_;              // of each node
    std::size_t last_input_reader_ = 0;     // the last node that takes the network's input
    ParameterTable<T> table_;
};

}  // namespace espalier::nn
