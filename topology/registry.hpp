#pragma once

#include <string>
#include <vector>

#include <espalier/base/named.hpp>
#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// A distance between two networks of one architecture.
struct Distance : Named {
    /// One distance a layer, in [0, 1]; the network's is their mean.
    std::vector<double> (*of_networks)(const Topology& first, const Topology& second);
};

/// A metric of one layer, and of a network.
struct Metric : Named {
    MetricValue (*of_layer)(const Layer& layer);
    /// Null: the mean over the layers where it is defined.
    MetricValue (*of_network)(const Topology& topology) = nullptr;
};

/// All there are: a new one is one line in registry.cpp, and help, checks and documentation come from here.
const std::vector<Distance>& distances();
const std::vector<Metric>& metrics();

/// @throws ConfigError naming the nearest known name and all of them
const Distance& find_distance(const std::string& name);
const Metric& find_metric(const std::string& name);

/// A metric of each layer and of the whole network.
struct MetricResult {
    std::vector<MetricValue> layers;
    MetricValue network;
};
MetricResult measure(const Metric& metric, const Topology& topology);

}  // namespace espalier::topology
