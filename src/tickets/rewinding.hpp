#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/config/run_config.hpp>
#include <espalier/nn/models/spec.hpp>
#include <espalier/topology/files/stored_network.hpp>

/// What a ticket's mask is put onto: earlier weights, others drawn anew.
namespace espalier::tickets {

/// A network's weights at the positions of masks within its own, bit for bit, with all its other parameters: rewinding.
/// Nothing is rescaled (definitions.md 4.2).
/// @param masks  one per layer, of its shape
/// @throws FormatError naming the layer that has no weight at a position, or another shape
topology::StoredNetwork masked(const topology::StoredNetwork& source, const std::vector<Pattern>& masks);

/// Masks of the same shapes and counts at random positions (mask_shuffle, definitions.md 4.2); full ones stay full.
/// @param seed, number  name the draw
std::vector<Pattern> shuffled(const std::vector<Pattern>& masks, std::uint64_t seed, std::uint64_t number);

/// The network that a configuration begins with when it keeps every weight, of another seed: random re-initialisation.
/// Weights have the variance of a dense layer, whatever mask they get (published unscaled: definitions.md 4.2).
/// @param inputs, classes  of the dataset
topology::StoredNetwork dense_draw(config::RunConfig config, const nn::Sample& inputs, std::size_t classes,
                                   std::int64_t seed);

}  // namespace espalier::tickets
