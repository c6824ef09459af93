#pragma once

#include <espalier/topology/registry.hpp>

namespace espalier::testing {

/// A metric by its name, with settings as a user writes them.
inline topology::MetricResult measured(const std::string& metric, const topology::Topology& net,
                                       const std::vector<std::pair<std::string, std::string>>& assignments = {}) {
    const topology::Metric& entry = topology::find_metric(metric);
    topology::Settings settings = topology::settings_of(entry);
    for (const auto& [name, value] : assignments) settings.set(name, value);
    return entry.measure(net, settings);
}

}  // namespace espalier::testing
