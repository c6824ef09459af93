#include <espalier/base/error.hpp>
#include <espalier/nn/network.hpp>

namespace espalier::nn {

template <class T>
void Network<T>::add(std::unique_ptr<Layer<T>> layer) {
    if (!layers_.empty() && layers_.back()->outputs() != layer->inputs()) {
        throw ConfigError("layer " + layer->name() + " takes " + std::to_string(layer->inputs()) + " inputs, but " +
                          layers_.back()->name() + " before it has " + std::to_string(layers_.back()->outputs()) +
                          " outputs");
    }
    Fused fused;
    if (!layers_.empty()) {
        Layer<T>& before = *layers_.back();
        const std::optional<T> slope = layer->fusible_slope();
        fused.forward = slope && before.fuse_output_activation(*slope);
        const std::optional<T> slope_before = before.fusible_slope();
        fused_.back().backward = slope_before && layer->fuse_input_activation(*slope_before);
    }
    layer->declare(table_.of_layer(layer->name(), layers_.size()));
    layers_.push_back(std::move(layer));
    fused_.push_back(fused);
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
    workspace.inputs_.resize(layers_.size());
    workspace.outputs_.resize(layers_.size());
    workspace.output_memory_.resize(layers_.size());
    std::size_t buffer = 0;
    for (std::size_t k = 0; k < layers_.size(); ++k) {
        workspace.inputs_[k] = k == 0 ? in : workspace.outputs_[k - 1];
        if (k > 0 && layers_[k]->in_place()) {
            workspace.outputs_[k] = workspace.outputs_[k - 1];
        } else {
            buffer = pass.training || workspace.keep_outputs ? k : 1 - buffer;
            if (buffer >= workspace.output_memory_.size()) workspace.output_memory_.resize(buffer + 1);
            workspace.output_memory_[buffer].resize(layers_[k]->outputs(), in.lanes);
            workspace.outputs_[k] = workspace.output_memory_[buffer].view();
        }
        if (!fused_[k].forward) layers_[k]->forward(workspace.inputs_[k], workspace.outputs_[k], pass);
    }
    return workspace.outputs_.back();
}

template <class T>
kernels::View<T> Network<T>::output_gradient(Workspace<T>& workspace) {
    workspace.gradient_memory_.resize(std::max<std::size_t>(2, layers_.size()));
    workspace.gradients_.resize(layers_.size());
    const kernels::View<T> out = workspace.outputs_.back();
    kernels::Activations<T>& memory = workspace.gradient_memory_[workspace.keep_gradients ? layers_.size() - 1 : 0];
    memory.resize(out.features, out.lanes);
    workspace.gradients_.back() = memory.view();
    return memory.view();
}

template <class T>
void Network<T>::backward(Workspace<T>& workspace, const Pass& pass) {
    std::size_t buffer = 0;
    for (std::size_t k = layers_.size(); k-- > 0;) {
        const kernels::View<const T> in = workspace.inputs_[k];
        kernels::View<T> grad_in;
        if (k > 0 && layers_[k]->in_place()) {
            grad_in = workspace.gradients_[k];
        } else if (k > 0) {
            buffer = workspace.keep_gradients ? k - 1 : 1 - buffer;
            workspace.gradient_memory_[buffer].resize(in.features, in.lanes);
            grad_in = workspace.gradient_memory_[buffer].view();
        }
        if (!fused_[k].backward) {
            layers_[k]->backward(in, workspace.outputs_[k], workspace.gradients_[k], grad_in, pass);
        }
        if (k > 0) workspace.gradients_[k - 1] = grad_in;
    }
}

template <class T>
kernels::View<const T> Network<T>::layer_input(const Workspace<T>& workspace, std::size_t k) const {
    return workspace.inputs_[k];
}

template <class T>
kernels::View<const T> Network<T>::layer_output_gradient(const Workspace<T>& workspace, std::size_t k) const {
    return workspace.gradients_[k];
}

template class Network<float>;
template class Network<double>;

}  // namespace espalier::nn
