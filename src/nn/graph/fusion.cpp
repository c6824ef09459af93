#include <espalier/nn/graph/fusion.hpp>
#include <espalier/nn/layers/batch_norm_layer.hpp>
#include <espalier/nn/layers/convolution.hpp>
#include <espalier/nn/layers/leaky_relu_layer.hpp>
#include <espalier/nn/layers/linear.hpp>
#include <espalier/nn/layers/sum_layer.hpp>
#include <espalier/nn/models/spec.hpp>

namespace espalier::nn {

template <class T>
std::vector<Fused> fuse_activations(const std::vector<Node<T>>& nodes, const std::vector<PlannedNode>& planned) {
    const std::vector<std::size_t> readers = reader_counts(planned);
    const std::vector<bool> shares = sharing_nodes(planned);
    std::vector<Fused> fused(nodes.size());
    const auto relu = [&](std::size_t k) {
        return shares[k] ? dynamic_cast<const LeakyRelu<T>*>(nodes[k].layer.get()) : nullptr;
    };
    for (std::size_t k = 0; k < nodes.size(); ++k) {
        const std::size_t before = nodes[k].inputs[0];
        if (before == network_input) continue;
        if (const LeakyRelu<T>* here = relu(k)) {
            if (auto* linear = dynamic_cast<Linear<T>*>(nodes[before].layer.get())) {
                linear->fuse_output_activation(here->slope());
                fused[k].forward = true;
            }
            if (auto* convolution = dynamic_cast<Convolution<T>*>(nodes[before].layer.get())) {
                convolution->fuse_output_activation(here->slope());
                fused[k].forward = true;
            }
            if (auto* sum = dynamic_cast<Sum<T>*>(nodes[before].layer.get())) {
                sum->fuse_output_activation(here->slope());
                fused[k].forward = true;
            }
            auto* norm = dynamic_cast<BatchNorm<T>*>(nodes[before].layer.get());
            if (norm != nullptr && norm->can_rectify()) {
                norm->fuse_activation(here->slope());
                fused[k] = {true, true};
            }
        }
        const LeakyRelu<T>* activation = relu(before);
        if (activation == nullptr || readers[before] != 1) continue;
        if (auto* linear = dynamic_cast<Linear<T>*>(nodes[k].layer.get())) {
            linear->fuse_input_activation(activation->slope());
            fused[before].backward = true;
        }
    }
    return fused;
}

template std::vector<Fused> fuse_activations(const std::vector<Node<float>>&, const std::vector<PlannedNode>&);
template std::vector<Fused> fuse_activations(const std::vector<Node<double>>&, const std::vector<PlannedNode>&);

}  // namespace espalier::nn
