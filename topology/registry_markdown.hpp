#pragma once

#include <string>

namespace espalier::topology {

/// Tables of docs/metrics.md: every metric with its settings.
std::string metrics_markdown();
/// Every metric of a series with its settings.
std::string series_metrics_markdown();
/// Every distance with its settings.
std::string distances_markdown();

}  // namespace espalier::topology
