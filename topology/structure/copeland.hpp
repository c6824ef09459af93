#pragma once

#include <espalier/topology/structure/layer_pair.hpp>

namespace espalier::topology {

/// Copeland score of two consecutive layers: how much leaves a neuron between them against what enters it. Mean over
/// the neurons with fan-in, and over the inputs of the layer after that are one neuron, of (fan-out / active outputs of
/// the layer after) / (fan-in / active inputs of the layer before).
///
/// 1 is balance, more means compression, less a bottleneck; 0 where either layer has no edges.
/// Source: definitions.md 6.22; Hoang et al., "Revisiting pruning at initialization through the lens of Ramanujan
/// graph", ICLR 2023 (code). We differ: degrees of all neurons; DegreeVectors::cut is the program's.
double copeland(const PairDegrees& pair);

/// Metric `copeland`: of the pair that ends with each layer; the first has none before it. Setting: `degree_vectors`.
/// @throws FormatError where the layers do not chain
MetricResult copeland_metric(const Topology& topology, const Settings& settings);

}  // namespace espalier::topology
