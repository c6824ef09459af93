#pragma once

#include <string>
#include <utility>
#include <vector>

#include <espalier/nn/graph/network.hpp>
#include <espalier/nn/graph/neuron_dealing.hpp>

namespace espalier::training {

/// A layer whose arrays ranks hold in parts, put together.
struct CollectedLayer {
    std::size_t layer = 0;  ///< position in the network
    std::string module;
    std::vector<std::size_t> shape;  ///< of the weight; empty: there is none
    Pattern pattern;
    std::vector<float> values;  ///< one per edge; none where weights are not wanted
    std::vector<std::pair<std::string, std::vector<float>>> others;  ///< bias, running_mean, ...; likewise
};

/// All layers with arrays, on rank 0; nothing elsewhere. All ranks call it.
std::vector<CollectedLayer> collect_layers(nn::Network<float>& network, const nn::NeuronDealing& dealing,
                                           bool with_weights);

}  // namespace espalier::training
