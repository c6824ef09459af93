#pragma once

#include <functional>
#include <optional>
#include <string>

#include <espalier/config/run_config.hpp>
#include <espalier/topology/files/stored_network.hpp>
#include <espalier/training/run/run_inputs.hpp>
#include <espalier/training/run/run_summary.hpp>

namespace espalier::report {

/// The run that a stored network is a snapshot of; nothing for files that are no run files.
std::optional<training::RunSummary> run_of(const topology::StoredNetwork& network);

/// The configuration that a run has recorded, resolved; nothing where another program's loop wrote it, which has said a
/// few keys at most.
std::optional<config::RunConfig> recorded_config(const training::RunSummary& run, const std::string& file);

/// How a run's inputs were scaled, or why that is not known.
struct OriginalInputs {
    std::optional<training::RunInputs> inputs;
    std::string missing;  ///< a line: that the file holds nothing of it, and what to do
};

/// From the run file; of files written before they held it, from the run's data where these are found (which is said
/// in a notice).
/// @param config  of the run, with overrides that say where data are now
OriginalInputs original_inputs(const std::string& file, const config::RunConfig& config,
                               const std::function<void(const std::string&)>& notice);

}  // namespace espalier::report
