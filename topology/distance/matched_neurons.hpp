#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::topology {

/// Neuron k with neuron k.
std::vector<std::uint32_t> identity_partners(std::size_t outputs);

/// How many inputs each output neuron of the first shares with its partner in the second.
/// @param partner_before  as in NeuronSimilarity
/// @param partner         [outputs of the first]
/// @throws FormatError where shapes differ or inputs are no whole number of blocks. O(edges of both + inputs).
std::vector<std::size_t> shared_inputs(const Pattern& first, const Pattern& second,
                                       std::span<const std::uint32_t> partner_before,
                                       std::span<const std::uint32_t> partner);

/// The sum of the normalised edit distances of all neurons from their partners, added in their order.
double matched_cost(const Pattern& first, const Pattern& second, std::span<const std::uint32_t> partner_before,
                    std::span<const std::uint32_t> partner);

}  // namespace espalier::topology
