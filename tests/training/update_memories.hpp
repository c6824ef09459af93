#pragma once

#include <espalier/kernels/loss.hpp>
#include <espalier/nn/graph/weight_port.hpp>
#include <espalier/nn/layers/linear.hpp>
#include <espalier/nn/models/spec.hpp>
#include <espalier/training/state/checkpoint.hpp>
#include <espalier/training/updates/update_memory.hpp>

#include "support.hpp"

namespace espalier::testing {

/// Two linear layers, 6-5-3, and the gradients of one batch in a workspace.
struct SteppedNetwork {
    nn::Network<float> network;
    nn::Workspace<float> workspace;
    kernels::Activations<float> inputs{6, 7};  // of the last step: its gradients follow from them

    explicit SteppedNetwork(Stream& stream) : network(made(stream)) {
        for (const nn::ParameterEntry<float>& entry : network.table().entries()) {
            const std::vector<double> values = random_values(entry.parameter->values.size(), stream);
            entry.parameter->values.assign(values.begin(), values.end());
        }
        workspace.keep_gradients = true;
    }

    void step(Stream& stream) {
        for (std::size_t f = 0; f < 6; ++f) {
            const std::vector<double> row = random_values(7, stream);
            std::copy(row.begin(), row.end(), inputs.view().row(f));
        }
        const nn::Pass pass{.training = true};
        const auto logits = network.forward(workspace, std::as_const(inputs).view(), pass);
        kernels::softmax_cross_entropy<float>(logits, std::vector<std::uint32_t>(7, 1),
                                              network.output_gradient(workspace));
        network.backward(workspace, pass);
    }

    /// The gradient of a layer at every position, as it is now.
    std::vector<float> dense_gradient(std::size_t number) {
        const nn::WeightPort<float> port = nn::weight_ports(network)[number];
        std::vector<float> all(port.pattern().positions());
        port.gradient_rows(workspace, 0, port.pattern().rows(), all);
        return all;
    }

  private:
    static nn::Network<float> made(Stream& stream) {
        std::vector<nn::Node<float>> nodes;
        nodes.push_back(
            {std::make_unique<nn::Linear<float>>("fc1", random_pattern(5, 6, 0.5, stream)), {nn::network_input}});
        nodes.push_back({std::make_unique<nn::Linear<float>>("fc2", random_pattern(3, 5, 0.5, stream)), {0}});
        return nn::Network<float>(std::move(nodes));
    }
};

/// Writes a memory into a checkpoint and reads it into another one.
inline void through_checkpoint(const training::UpdateMemory& from, training::UpdateMemory& to) {
    const TemporaryFolder folder;
    training::write_checkpoint(folder / "checkpoint.h5",
                               [&](training::CheckpointWriter& checkpoint) { from.save(checkpoint); });
    to.load(training::CheckpointReader(folder / "checkpoint.h5"));
}

}  // namespace espalier::testing
