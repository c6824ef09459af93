#pragma once

#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// How often the mixing test of `randomness` counts an edge.
enum class RandomnessEdges {
    twice,  ///< as the published program, whose edge list holds both directions; published values have it
    once,   ///< then the second term vanishes without dead outputs, and the test can never come out <= 0
};

/// Metric `ramanujan_gap`: how far sigma_2 stays below the Ramanujan bound, dead neurons removed.
///
///     bound         sqrt(d_L - 1) + sqrt(d_R - 1), mean degrees of inputs and outputs
///     gap           bound - sigma_2: Ramanujan where >= 0
///     normalized    gap / bound
///     expansion_ratio  outputs / inputs
///     randomness    [(sigma_2^2 / 4 + 1) sqrt(L R) - |T - d_L L R / O|] / (I O), T = twice (once) the edges, I and O
///     with
///                   dead neurons: <= 0 says that the bipartite mixing lemma cannot tell the graph from a random one
///
/// beside sigma_1 and sigma_2. Undefined where a mean degree is below 3.
/// Cost: see leading_singular_values.
/// Source: Hoang et al., "Revisiting pruning at initialization through the lens of Ramanujan graph", ICLR 2023;
/// definitions.md 6.9. We differ: sigma_2 counts multiplicity (theirs is the third of three eigenvalues of the square
/// adjacency by a solver in float32 with a random start).
MetricValue ramanujan_gap_metric(const Layer& layer, RandomnessEdges counting = RandomnessEdges::twice);

}  // namespace espalier::topology
