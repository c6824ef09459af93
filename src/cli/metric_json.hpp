#pragma once

#include <string>
#include <utility>
#include <vector>

#include <espalier/cli/json.hpp>
#include <espalier/topology/metric_value.hpp>

namespace espalier::cli {

/// object[name] = the value as number or object, or null with "<name>_reason" beside it.
void put_metric(Json& object, const std::string& name, const topology::MetricValue& value);

/// The numbers in a value by dotted name, "degree.inputs.mean"; NaN where undefined.
std::vector<std::pair<std::string, double>> flattened(const std::string& name, const topology::MetricValue& value);

}  // namespace espalier::cli
