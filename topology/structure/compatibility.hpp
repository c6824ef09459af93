#pragma once

#include <espalier/topology/structure/layer_pair.hpp>

namespace espalier::topology {

/// Of the neurons between two layers that something enters, the share that something leaves; 1 minus it are wasted. 0
/// where either layer has no edges. Source: definitions.md 6.22; the program describes an intersection over union, but
/// divides by the neurons with fan-in.
double compatibility(const PairDegrees& pair);

/// Metric `compatibility`: of the pair that ends with each layer; the first has none before it. Setting:
/// `degree_vectors`.
/// @throws FormatError where the layers do not chain
MetricResult compatibility_metric(const Topology& topology, const Settings& settings);

}  // namespace espalier::topology
