#pragma once

#include <string>

#include <espalier/report/json.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::report {

/// {"topology", "layers": [{"name", "shape", "edges", "weights", "density"}], "edges"}
Json listed_json(const topology::Topology& topology);

/// Label and a table of the layers.
std::string listed(const topology::Topology& topology);

}  // namespace espalier::report
