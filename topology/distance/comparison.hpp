#pragma once

#include <string>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Two topologies can be compared layer by layer: as many layers, equal shapes.
/// @throws FormatError "<what>: ..." naming both topologies, the layer and both shapes
void require_comparable(const Topology& a, const Topology& b, const std::string& what);

/// Edges that both layers have, position by position. Shapes are equal. O(edges(a) + edges(b)).
std::size_t count_common_edges(const Pattern& a, const Pattern& b);

}  // namespace espalier::topology
