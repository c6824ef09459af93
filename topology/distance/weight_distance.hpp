#pragma once

#include <espalier/topology/distance/aligned_weights.hpp>

namespace espalier::topology {

/// 1 - cosine of the angle between the weights of two layers, all positions taken as one vector: 0 for proportional
/// weights, 1 without common direction (no common edge, say), 2 for opposite ones.
///
/// Scale does not matter to it; `l2` minds. 0 where neither layer has a weight other than 0, 1 where only one has.
/// @param layer  of two aligned networks, see compare_aligned_weights
/// Source: definitions.md 6.2; the alignment is ours.
double cosine_distance(const WeightSums& layer);

/// ||A - B|| / (||A|| + ||B||) of the weights of two layers, Frobenius norms: in [0, 1], 1 for opposite weights only
/// (or where just one layer has any), about 0.71 for weights of equal norm without a common edge.
///
/// Divided by both norms, not the first's, so that exchanging the networks changes nothing. 0 where all weights are 0.
/// @param layer  of two aligned networks, see compare_aligned_weights
/// Source: ours; definitions.md 6.2.
double l2_distance(const WeightSums& layer);

}  // namespace espalier::topology
