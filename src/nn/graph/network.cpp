#include <algorithm>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/add.hpp>
#include <espalier/kernels/images/relayout.hpp>
#include <espalier/nn/graph/network.hpp>
#include <espalier/nn/models/spec.hpp>

namespace espalier::nn {
namespace {

template <class T>
void require_inputs(const std::vector<Node<T>>& nodes, std::size_t k) {
    const Layer<T>& layer = *nodes[k].layer;
    const std::vector<std::size_t>& inputs = nodes[k].inputs;
    if (inputs.size() != layer.arity()) {
        throw ConfigError("layer " + layer.name() + " takes " + std::to_string(layer.arity()) + " outputs, not " +
                          std::to_string(inputs.size()));
    }
    for (const std::size_t input : inputs) {
        if (input != network_input && input >= k) {
            throw ConfigError("layer " + layer.name() + " takes what comes behind it: node " + std::to_string(input));
        }
        const std::size_t width = input == network_input ? nodes[0].layer->inputs() : nodes[input].layer->outputs();
        if (width == layer.inputs()) continue;
        throw ConfigError("layer " + layer.name() + " takes " + std::to_string(layer.inputs()) + " inputs, but " +
                          (input == network_input ? "the network" : nodes[input].layer->name()) + " before it has " +
                          std::to_string(width) + (input == network_input ? "" : " outputs"));
    }
}

template <class T>
std::vector<PlannedNode> planned_nodes(const std::vector<Node<T>>& nodes) {
    if (nodes.empty()) throw ConfigError("a network needs a layer");
    std::vector<PlannedNode> planned;
    for (std::size_t k = 0; k < nodes.size(); ++k) {
        require_inputs(nodes, k);
        const Layer<T>& layer = *nodes[k].layer;
        planned.push_back({nodes[k].inputs, layer.in_place(), layer.adds_gradient(), layer.passes_gradient()});
    }
    const std::vector<std::size_t> readers = reader_counts(planned);
    for (std::size_t k = 0; k + 1 < nodes.size(); ++k) {
        if (readers[k] == 0) throw ConfigError("layer " + nodes[k].layer->name() + ": nothing takes what it gives");
    }
    return planned;
}

/// The layout that the first node to ask for one takes the network's input in.
template <class T>
kernels::Layout layout_of_input(const std::vector<Node<T>>& nodes) {
    std::vector<bool> free(nodes.size());  // gives whatever the input's layout is
    for (std::size_t k = 0; k < nodes.size(); ++k) {
        const std::size_t input = nodes[k].inputs[0];
        if (input != network_input && !free[input]) continue;
        if (const auto taken = nodes[k].layer->takes()) return *taken;
        free[k] = true;
    }
    return kernels::Layout::rows;
}

/// The layout of each node's output.
template <class T>
std::vector<kernels::Layout> layouts_of_outputs(const std::vector<Node<T>>& nodes, kernels::Layout of_input) {
    std::vector<kernels::Layout> layouts;
    for (const Node<T>& node : nodes) {
        std::optional<kernels::Layout> wanted = node.layer->takes();
        for (const std::size_t input : node.inputs) {
            const kernels::Layout found = input == network_input ? of_input : layouts[input];
            if (wanted && found != *wanted) {
                const bool images = *wanted == kernels::Layout::lane_blocks;
                throw ConfigError("layer " + node.layer->name() + " takes " + (images ? "images" : "features") +
                                  ", but what comes before gives " + (images ? "features" : "images") +
                                  (images ? "" : ": a flatten is missing between them"));
            }
            wanted = found;
        }
        layouts.push_back(node.layer->gives(*wanted));
    }
    return layouts;
}

/// The buffer, shaped for an output.
template <class T>
kernels::View<T> shaped(std::vector<kernels::Activations<T>>& memory, std::size_t buffer, std::size_t features,
                        std::size_t lanes, kernels::Layout layout) {
    if (buffer >= memory.size()) memory.resize(buffer + 1);
    memory[buffer].resize(features, lanes, layout);
    return memory[buffer].view();
}

}  // namespace

template <class T>
Network<T>::Network(std::vector<Node<T>> nodes) : nodes_(std::move(nodes)) {
    const std::vector<PlannedNode> planned = planned_nodes(nodes_);
    for (const bool keep_gradients : {false, true}) {
        for (const bool keep_outputs : {false, true}) {
            plans_.push_back(plan_buffers(planned, keep_outputs, keep_gradients));
        }
    }
    input_layout_ = layout_of_input(nodes_);
    layouts_ = layouts_of_outputs(nodes_, input_layout_);
    for (const Node<T>& node : nodes_) {
        const std::size_t input = node.inputs[0];
        rooms_.push_back(node.layer->room(input == network_input ? inputs() : rooms_[input]));
        node.layer->settle(input == network_input ? input_layout_ : layouts_[input]);
    }
    fused_ = fuse_activations(nodes_, planned);
    std::size_t inputs = 0;
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
        first_input_.push_back(inputs);
        inputs += nodes_[k].inputs.size();
        if (std::ranges::find(nodes_[k].inputs, network_input) != nodes_[k].inputs.end()) last_input_reader_ = k;
        nodes_[k].layer->declare(table_.of_layer(nodes_[k].layer->name(), k));
    }
    first_input_.push_back(inputs);
}

template <class T>
MaskedWeight<T>* Network<T>::weight(std::size_t k) const {
    const std::span<const ParameterEntry<T>> entries = table_.of(k);
    return entries.empty() ? nullptr : entries.front().weight;
}

template <class T>
std::vector<std::size_t> Network<T>::weighted_layers() const {
    std::vector<std::size_t> numbers;
    for (const ParameterEntry<T>& entry : table_.weights()) numbers.push_back(entry.layer);
    return numbers;
}

template <class T>
kernels::View<T> Network<T>::forward(Workspace<T>& workspace, kernels::View<const T> in, const Pass& pass) {
    begin_forward(workspace, in, pass);
    return output(workspace);
}

template <class T>
std::size_t Network<T>::begin_forward(Workspace<T>& workspace, kernels::View<const T> in, const Pass& pass) {
    if (input_layout_ == kernels::Layout::lane_blocks && in.stride > kernels::lane_padding) {
        workspace.input_memory_.resize(in.features, in.lanes, input_layout_);
        kernels::rows_to_blocks<T>(kernels::Image{in.features, 1, 1}, in, workspace.input_memory_.view());
        in = std::as_const(workspace.input_memory_).view();
    }
    if (workspace.is_lean) workspace.gradient_memory_.clear();
    workspace.input_ = in;
    const bool is_asked_by_head = pass.training && !workspace.wants_input_gradient && ends_in_evaluation();
    workspace.last_ = size() - (is_asked_by_head ? 2 : 1);
    workspace.inputs_.resize(first_input_.back());
    workspace.outputs_.resize(size());
    workspace.caches_.resize(size());
    return forward_nodes(workspace, 0, false, pass);
}

template <class T>
std::size_t Network<T>::go_on_forward(Workspace<T>& workspace, std::size_t node, const Pass& pass) {
    return forward_nodes(workspace, node, true, pass);
}

template <class T>
std::size_t Network<T>::forward_nodes(Workspace<T>& workspace, std::size_t first, bool has_met, const Pass& pass) {
    const BufferPlan& plan = buffers(pass.training || workspace.keep_outputs, false);
    for (std::size_t k = first; k <= workspace.last_; ++k) {
        Layer<T>& layer = *nodes_[k].layer;
        if (!has_met || k > first) {
            kernels::View<const T>* next = workspace.inputs_.data() + first_input_[k];
            for (const std::size_t input : nodes_[k].inputs)
                *next++ = input == network_input ? workspace.input_ : workspace.outputs_[input];
            if (layer.meets(pass)) {
                layer.bring_forward(inputs_of(workspace, k), workspace.caches_[k], pass);
                return k;
            }
        }
        workspace.outputs_[k] =
            shaped(workspace.output_memory_, plan.outputs[k], rooms_[k], workspace.input_.lanes, layouts_[k]);
        if (!fused_[k].forward)
            layer.forward_node(inputs_of(workspace, k), workspace.outputs_[k], workspace.caches_[k], pass);
    }
    return through;
}

template <class T>
kernels::View<T> Network<T>::output_gradient(Workspace<T>& workspace) {
    const BufferPlan& plan = buffers(true, workspace.keep_gradients);
    workspace.gradients_.resize(size());
    const std::size_t last = workspace.last_;
    const kernels::View<T> out = workspace.outputs_[last];
    workspace.gradients_[last] =
        shaped(workspace.gradient_memory_, plan.gradients[last], out.features, out.lanes, layouts_[last]);
    return workspace.gradients_[last];
}

template <class T>
void Network<T>::backward(Workspace<T>& workspace, const Pass& pass) {
    begin_backward(workspace, pass);
}

template <class T>
std::size_t Network<T>::begin_backward(Workspace<T>& workspace, const Pass& pass) {
    return backward_nodes(workspace, workspace.last_, false, pass);
}

template <class T>
std::size_t Network<T>::go_on_backward(Workspace<T>& workspace, std::size_t node, const Pass& pass) {
    return backward_nodes(workspace, node, true, pass);
}

template <class T>
std::size_t Network<T>::backward_nodes(Workspace<T>& workspace, std::size_t first, bool has_met, const Pass& pass) {
    for (std::size_t k = first + 1; k-- > 0;) {
        Layer<T>& layer = *nodes_[k].layer;
        if ((!has_met || k < first) && layer.meets(pass)) {
            layer.bring_backward(inputs_of(workspace, k), workspace.gradients_[k], workspace.caches_[k], pass);
            return k;
        }
        backward_node(workspace, k, pass);
    }
    return through;
}

template <class T>
void Network<T>::backward_node(Workspace<T>& workspace, std::size_t k, const Pass& pass) {
    const BufferPlan& plan = buffers(true, workspace.keep_gradients);
    const std::vector<std::size_t>& inputs = nodes_[k].inputs;
    std::vector<kernels::View<T>> grad_in(inputs.size());
    bool begun = k < last_input_reader_;  // the gradient at the network's input
    std::vector<std::size_t> further;     // inputs of this node that add to it
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const std::size_t input = inputs[i];
        if (input == network_input) {
            if (!workspace.wants_input_gradient) continue;
            grad_in[i] = input_gradient_place(workspace, begun ? i + 1 : 0);
            if (begun) further.push_back(i);
            begun = true;
            continue;
        }
        const kernels::View<T> like = workspace.outputs_[input];
        const std::size_t beside = plan.beside[k][i];
        if (beside == BufferPlan::onto) {
            grad_in[i] = workspace.gradients_[input];
            continue;
        }
        const std::size_t buffer = beside == BufferPlan::direct ? plan.gradients[input] : beside;
        grad_in[i] = shaped(workspace.gradient_memory_, buffer, like.features, like.lanes, layouts_[input]);
        if (beside == BufferPlan::direct) workspace.gradients_[input] = grad_in[i];
    }
    Layer<T>& layer = *nodes_[k].layer;
    if (plan.beside[k][0] == BufferPlan::onto) {
        layer.backward_adding(inputs_of(workspace, k), workspace.outputs_[k], workspace.gradients_[k], grad_in,
                              workspace.caches_[k], pass);
    } else if (!fused_[k].backward) {
        layer.backward_node(inputs_of(workspace, k), workspace.outputs_[k], workspace.gradients_[k], grad_in,
                            workspace.caches_[k], pass);
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (plan.beside[k][i] == BufferPlan::direct || plan.beside[k][i] == BufferPlan::onto) continue;
        const kernels::View<T> sum = workspace.gradients_[inputs[i]];
        kernels::add<T>(sum.flat(), grad_in[i].flat(), sum.flat());
    }
    for (const std::size_t i : further) {
        const kernels::View<T> sum = input_gradient_place(workspace, 0);
        kernels::add<T>(sum.flat(), grad_in[i].flat(), sum.flat());
    }
}

template <class T>
kernels::View<T> Network<T>::input_gradient_place(Workspace<T>& workspace, std::size_t number) const {
    if (number >= workspace.input_gradients_.size()) workspace.input_gradients_.resize(number + 1);
    kernels::Activations<T>& place = workspace.input_gradients_[number];
    place.resize(workspace.input_.features, workspace.input_.lanes, input_layout_);
    return place.view();
}

template <class T>
kernels::View<const T> Network<T>::layer_input(const Workspace<T>& workspace, std::size_t k) const {
    return workspace.inputs_[first_input_[k]];
}

template <class T>
kernels::View<const T> Network<T>::layer_output_gradient(const Workspace<T>& workspace, std::size_t k) const {
    return workspace.gradients_[k];
}

template <class T>
void Network<T>::show_layer(Workspace<T>& workspace, std::size_t k, kernels::View<const T> input,
                            kernels::View<T> output_gradient) const {
    workspace.inputs_.resize(first_input_.back());
    workspace.gradients_.resize(size());
    workspace.inputs_[first_input_[k]] = input;
    workspace.gradients_[k] = output_gradient;
}

template <class T>
kernels::View<const T> Network<T>::layer_output(const Workspace<T>& workspace, std::size_t k) const {
    return workspace.outputs_[k];
}

template class Network<float>;
template class Network<double>;

}  // namespace espalier::nn
