#pragma once

#include <functional>

#include <espalier/nn/graph/network.hpp>

namespace espalier::training {

/// What a topology update may ask of the data, beside the step's own batch. The network stays as it is.
struct DataAccess {
    /// Takes the activations of some examples: of every layer in the workspace, and the network's output [classes x
    /// lanes].
    using Visit = std::function<void(const nn::Workspace<float>&, kernels::View<const float> logits)>;

    /// At the weights as they are now.
    std::function<double()> validation_accuracy;
    /// Passes the training set's whole batches through the network in evaluation mode, in file order, several batches
    /// at once. Examples behind the last whole batch are left out, unless there is none.
    std::function<void(const Visit&)> pass_training_set;
    /// Passes so many training samples, or all there are, in evaluation mode: the same in each call, evenly far apart
    /// in file order.
    std::function<void(std::size_t samples, const Visit&)> pass_some_samples;
};

}  // namespace espalier::training
