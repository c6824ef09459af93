#pragma once

#include <cstdint>
#include <vector>

#include <espalier/nn/execution/execution.hpp>
#include <espalier/nn/graph/network.hpp>
#include <espalier/nn/graph/neuron_dealing.hpp>
#include <espalier/nn/models/spec.hpp>
#include <espalier/nn/parameters/initialise.hpp>

namespace espalier::nn {

struct BuildOptions {
    Initialisation initialisation;
    Execution execution;
    std::uint64_t seed = 0;
    /// Where neurons are dealt to ranks, which: layers then are of own ones alone, with the numbers that these have in
    /// the whole network. Null: all are here. Outlives the network.
    const NeuronDealing* dealing = nullptr;
};

/// The layers of a spec; weights initialised, biases zero. A node's number names the random stream that it draws from.
/// @param patterns one for each weight, shaped as weight_shapes() says
/// @throws ConfigError where a pattern is missing or has another shape
template <class T>
Network<T> build(const NetworkSpec& spec, std::vector<Pattern> patterns, const BuildOptions& options);

}  // namespace espalier::nn
