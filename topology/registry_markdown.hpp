#pragma once

#include <string>

namespace espalier::topology {

/// The tables of docs/metrics.md: every metric, metric of a series and distance with its settings.
std::string metrics_markdown();
std::string series_metrics_markdown();
std::string distances_markdown();

}  // namespace espalier::topology
