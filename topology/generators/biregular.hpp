#pragma once

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>

namespace espalier::topology {

/// A random layer with exactly `edges` edges, whose outputs have equal fan-in and whose inputs equal fan-out, each as
/// nearly as the count allows: they differ by at most one, and who has one more is drawn.
///
/// Configuration model (ends matched at random), duplicates swapped with random other edges, then one attempt of a
/// double edge swap an edge, which takes off what that repair prefers: among all graphs with such degrees close to
/// uniform. Past half of all positions the absent ones are drawn. For degrees of at least 3 such a graph is close to
/// Ramanujan with high probability.
///
/// @param rows, cols  outputs and inputs; a convolution's inputs are its (channel, row, column) places
/// @throws ConfigError where there are more edges than positions
/// Cost: O(edges + positions of a dense layer), expected; about 40 bytes per edge.
/// Source: definitions.md 2.15; configuration model: Bollobas, European J. Combin. 1980. We differ: the usual
/// definition rounds the fan-in and takes as many edges as follow from it; here the count is kept and fan-ins may
/// differ by one.
Pattern biregular(std::size_t rows, std::size_t cols, std::size_t edges, Stream& stream);

}  // namespace espalier::topology
