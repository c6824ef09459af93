#pragma once

#include <string>

#include <espalier/topology/metric_value.hpp>

namespace espalier::cli {

/// The lists in a value side by side, for people: a column each, named by its dotted name within the value, those of
/// the first one's length. Empty where there is no list.
std::string curve_table(const topology::MetricValue& value);

}  // namespace espalier::cli
