#pragma once

#include <cstdint>
#include <vector>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

struct RankedInput {
    std::uint32_t input = 0;  ///< number of the neuron, from 0
    double strength = 0.0;    ///< sum of |weight| over its edges
};

/// The inputs of a layer with the largest strengths, strongest first; of equal ones the lower number comes first.
///
/// The importance of features in QuickSelection, taken from the first layer of a sparse denoising auto-encoder; any
/// network's first layer gives one.
/// @param count at most the inputs of the layer, at least 1
/// @throws ConfigError where the layer has no weights or not so many inputs, naming the layer
/// Cost: O(edges + inputs log inputs).
/// Source: Atashgahi et al., "Quick and robust feature selection", Machine Learning 2022, section 3.2
/// (definitions.md 8.1).
std::vector<RankedInput> strongest_inputs(const Layer& layer, std::size_t count);

}  // namespace espalier::topology
