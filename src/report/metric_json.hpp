#pragma once

#include <string>
#include <utility>
#include <vector>

#include <espalier/report/json.hpp>
#include <espalier/topology/metric_value.hpp>

namespace espalier::report {

/// object[name] = the value as number, array or object, or null with "<name>_reason" beside it.
void put_metric(Json& object, const std::string& name, const topology::MetricValue& value);

/// The numbers in a value by dotted name, "degree.inputs.mean", those of a list "spectrum.0"; NaN where undefined.
/// @param with_lists  lists too, which are too long for a table
std::vector<std::pair<std::string, double>> flattened(const std::string& name, const topology::MetricValue& value,
                                                      bool with_lists);

/// The parts of a value that are undefined, by dotted name, each with its reason.
std::vector<std::pair<std::string, std::string>> undefined_parts(const std::string& name,
                                                                 const topology::MetricValue& value);

}  // namespace espalier::report
