#include <espalier/topology/registry.hpp>
#include <espalier/topology/series/evolution.hpp>

namespace espalier::topology {

const std::vector<SeriesMetric>& series_metrics() {
    static const std::vector<SeriesMetric> table{
        {{"evolution", "over all snapshots of a file: survival and half-life of connections, turnover, R_s",
          "definitions.md 6.30; Liu et al. 2021"},
         evolution,
         {{"distance", "jaccard", "how distance_from_start is measured: any distance below", {}},
          {"track", "ramanujan_gap", "a metric to follow from snapshot to snapshot, or none", {}}}},
    };
    return table;
}

}  // namespace espalier::topology
