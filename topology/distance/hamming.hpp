#pragma once

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::topology {

/// Hamming distance between two layers: the share of all possible edges that only one of them has.
///
/// At low density it is small for any two layers; `jaccard` compares what is there.
///
/// @param a, b  patterns of one shape, [outputs x inputs]
/// @return      |A sym.diff. B| / (outputs inputs), in [0, 1]; 0 for a layer without positions
/// @throws      FormatError where the shapes differ; the message names both
/// Cost: O(edges(a) + edges(b)). Source: definitions.md 6.2.
double hamming_distance(const Pattern& a, const Pattern& b);

}  // namespace espalier::topology
