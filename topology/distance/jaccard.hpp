#pragma once

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::topology {

/// Jaccard distance between the edge sets of two layers: 1 - |A and B| / |A or B|.
///
/// It compares neuron i with neuron i, so two networks that differ only by a renumbering of hidden neurons are far
/// apart; `nnstd` is the distance that does not mind.
///
/// @param a, b  patterns of one shape, [outputs x inputs]
/// @return      in [0, 1]; 0 where both are empty, as definitions.md 6.2 defines it
/// @throws      FormatError where the shapes differ; the message names both
///
/// Cost: O(edges(a) + edges(b)) time, no allocation.
/// Source: mask overlap of Yin et al., "Superposing many tickets into one", UAI 2022. They report the similarity over
/// whole networks; we take the mean of per-layer distances, so that wide layers do not drown the rest.
double jaccard_distance(const Pattern& a, const Pattern& b);

}  // namespace espalier::topology
