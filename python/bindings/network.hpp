#pragma once

#include <memory>
#include <vector>

#include <pybind11/pybind11.h>

#include <espalier/topology/files/stored_network.hpp>

namespace espalier::python {

/// A network that Python holds; nothing changes it but its label.
using NetworkPtr = std::shared_ptr<topology::StoredNetwork>;

/// One of its layers, which keeps it alive.
struct LayerOfNetwork {
    NetworkPtr network;
    const topology::Layer* layer = nullptr;
};

NetworkPtr shared(topology::StoredNetwork network);
NetworkPtr shared(topology::Topology topology);
/// The same of one that is not, or no longer, what the file holds that it came from: it has none then.
NetworkPtr without_source(topology::StoredNetwork network);
/// A network of one layer, and this layer.
LayerOfNetwork alone(topology::Layer layer);

/// The networks as the graph module takes them, without a copy.
std::vector<const topology::Topology*> topologies_of(const std::vector<NetworkPtr>& networks);

/// _core.Layer, _core.Network and _core.NetworkBuilder, by which all of them are made.
void bind_networks(pybind11::module_& module);

}  // namespace espalier::python
