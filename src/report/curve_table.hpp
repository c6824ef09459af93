#pragma once

#include <string>

#include <espalier/topology/metric_value.hpp>

namespace espalier::report {

/// The lists in a metric's value side by side, for people; those of an object within it in a table of their own, the
/// first list of all in front. Of other lengths than that first one they are left out. Empty where there is no list.
std::string curve_tables(const std::string& name, const topology::MetricValue& value);

}  // namespace espalier::report
