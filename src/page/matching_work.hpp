#pragma once

#include <espalier/topology/registry.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::page {

/// What one NNSTD of two such topologies takes: matchings of all layers, in units of about 50 ns. At least 1.
double matching_work(const topology::Topology& topology);

/// "nnstd", or of networks with shortcuts, whose neurons do not carry on from layer to layer, "nnstd_layerwise".
const topology::Distance& distance_for(const topology::Topology& topology);

}  // namespace espalier::page
