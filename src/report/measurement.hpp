#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/topology/files/conv_mapping.hpp>
#include <espalier/topology/files/mask_files.hpp>
#include <espalier/topology/generators/null_model.hpp>
#include <espalier/topology/registry.hpp>

/// What is measured of topologies and of series, before it is written.
namespace espalier::report {

/// What is to be measured, of topologies and of series.
struct Wanted {
    std::vector<const topology::Metric*> metrics;
    std::vector<const topology::SeriesMetric*> of_series;
    std::vector<topology::Settings> settings;  ///< of the metrics, then of those of series
    bool are_named = false;                    ///< asked for by name, not because they cost little
};

/// What was measured of one topology, by metric, in the order asked for.
using Results = std::vector<std::pair<std::string, topology::MetricResult>>;

/// A topology with what was measured.
struct Measured {
    topology::Topology topology;
    Results results;
};

/// The metrics that may be asked for, of topologies and of series.
std::vector<Named> all_metrics();
bool is_of_series(const std::string& name);

/// Edges and density are always told; then what was asked for, or all that costs little.
/// @param assignments  "METRIC.NAME=VALUE"
/// @throws ConfigError for unknown names and settings
Wanted chosen(const std::vector<std::string>& names, const std::vector<std::string>& assignments);

/// Topologies are dealt to threads. A metric that nobody asked for by name does not end the work where a topology is
/// not what it needs (layers that do not chain, such as those of a network with shortcuts): it is undefined and says
/// why.
std::vector<Measured> measure_all(std::vector<topology::Topology> topologies, const Wanted& wanted);
/// The same of topologies that somebody else holds.
std::vector<Results> results_of(std::span<const topology::Topology* const> topologies, const Wanted& wanted);

/// Puts "<metric>_null" behind each of these metrics: how it compares with networks of the same degrees. Edges and
/// density follow from the degrees and have none unless asked for by name.
/// @param names  as given to chosen()
void compare_with_null(const topology::Topology& topology, Results& results, const Wanted& wanted,
                       const std::vector<std::string>& names, const topology::NullModelOptions& options);

/// Of series: what metrics of single topologies say of the last snapshot, and what those of series say of all.
/// @param arguments  see topology/files/sources.hpp
std::vector<Measured> measure_series(const std::vector<std::string>& arguments,
                                     const topology::MaskFileOptions& reading, topology::ConvMapping mapping,
                                     const Wanted& wanted);

}  // namespace espalier::report
