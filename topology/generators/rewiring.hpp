#pragma once

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Attempts of double edge swaps, as many for each edge, unless something else is said.
inline constexpr std::uint64_t usual_swaps = 10;

/// A random layer with the degrees of this one: every neuron keeps its number of edges, no edge is there twice.
///
/// A chain of double edge swaps, (a, x) and (b, y) becoming (a, y) and (b, x), whose stationary distribution is uniform
/// over all such layers. Where more than half of the positions are kept, absent ones are exchanged, which is the same
/// chain with fewer vain attempts. A full layer, or one without edges, is the only one with its degrees.
///
/// @param swaps  attempts for each edge (or absent position, where those are fewer); those that fail count
/// Cost: O(swaps * edges) time, expected; 40 bytes per edge.
/// Source: Maslov and Sneppen, Science 2002; connected by Ryser 1957; definitions.md 6.29.
Pattern rewired(const Pattern& pattern, std::uint64_t swaps, Stream& stream);

/// The same with weights: each output keeps those it has, in random order over its new inputs. So a full layer, whose
/// edges cannot move, still has its weights shuffled within each output.
Layer rewired(const Layer& layer, std::uint64_t swaps, Stream& stream);

}  // namespace espalier::topology
