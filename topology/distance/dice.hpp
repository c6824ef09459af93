#pragma once

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::topology {

/// One minus the Dice coefficient of two layers: 1 - 2 |A and B| / (|A| + |B|).
///
/// It grows with `jaccard` (d / (2 - d) of it) and breaks the triangle inequality; it is what papers on overlap of
/// masks at one density report, where it is the share of a mask's edges that the other lacks.
///
/// @param a, b  patterns of one shape, [outputs x inputs]
/// @return      in [0, 1]; 0 where both are empty
/// @throws      FormatError where the shapes differ; the message names both
/// Cost: O(edges(a) + edges(b)). Source: definitions.md 6.2.
double dice_distance(const Pattern& a, const Pattern& b);

}  // namespace espalier::topology
