#pragma once

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::topology {

/// One minus the overlap coefficient of two layers: 1 - |A and B| / min(|A|, |B|).
///
/// 0 where one layer contains the other, so no metric in the strict sense: use it for tickets of unequal density, where
/// `jaccard` mostly measures the densities.
///
/// @param a, b  patterns of one shape, [outputs x inputs]
/// @return      in [0, 1]; 0 where both are empty, 1 where one is: they share nothing
/// @throws      FormatError where the shapes differ; the message names both
/// Cost: O(edges(a) + edges(b)). Source: definitions.md 6.2; the case of one empty layer is ours.
double overlap_distance(const Pattern& a, const Pattern& b);

}  // namespace espalier::topology
