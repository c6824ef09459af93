#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/base/text/registry.hpp>
#include <espalier/topology/metric_value.hpp>
#include <espalier/topology/settings.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// How far two networks are apart, layer by layer; the network's distance is the mean.
struct LayerDistances {
    std::vector<double> values;
    /// Where values are approximate: what no exact value is below, one per layer. Empty where all values are exact.
    std::vector<double> lower_bounds = {};
};

/// A distance between two networks of one architecture.
struct Distance : Named {
    std::function<LayerDistances(const Topology& first, const Topology& second, const Settings& settings)> of_networks;
    std::vector<Setting> settings = {};
};

/// A metric of each layer and of the whole network.
struct MetricResult {
    std::vector<MetricValue> layers;
    MetricValue network;
};

/// A metric of a network and of its layers.
struct Metric : Named {
    std::function<MetricResult(const Topology& topology, const Settings& settings)> measure;
    std::vector<Setting> settings = {};
    bool is_costly = false;  ///< measured only where it is asked for by name
};

class SnapshotSeries;

/// A metric of a whole series of snapshots, of its layers and of the network: what happens between the snapshots.
struct SeriesMetric : Named {
    MetricResult (*measure)(const SnapshotSeries& series, const Settings& settings);
    std::vector<Setting> settings = {};
};

/// All distances: a new one is one entry in distance_table.cpp, and help, checks and documentation come from here.
const Registry<Distance>& distances();
/// All metrics of a network: a new one is one entry in all_metrics.cpp.
const Registry<Metric>& metrics();
/// All metrics of a series of snapshots: a new one is one entry in series_table.cpp.
const std::vector<SeriesMetric>& series_metrics();

/// A distance that a plug-in brings.
/// @throws ConfigError where there is one of this name
void add_distance(Distance distance);
/// A metric that a plug-in brings.
/// @throws ConfigError where there is one of this name, a metric of series included
void add_metric(Metric metric);

/// @throws ConfigError naming the nearest known name and all of them
const Distance& find_distance(std::string_view name);
/// @throws ConfigError as find_distance()
const Metric& find_metric(std::string_view name);

/// With every setting at its fallback.
MetricResult measure(const Metric& metric, const Topology& topology);
/// With every setting at its fallback.
/// @param first, second  of one architecture, which distance_matrix() checks and this does not
LayerDistances measure(const Distance& distance, const Topology& first, const Topology& second);

}  // namespace espalier::topology
