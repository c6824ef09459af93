#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <espalier/config/schema.hpp>
#include <espalier/page/sources.hpp>
#include <espalier/page/tell.hpp>
#include <espalier/sweep/run_record.hpp>
#include <espalier/topology/files/mask_options.hpp>
#include <espalier/topology/topology.hpp>
#include <espalier/training/run/run_summary.hpp>

/// The page that `espalier report` writes: what it shows is gathered here as plain values and JSON, one file a topic;
/// what draws it lies in browser/.
namespace espalier::page {

/// A run that could be read, or a topology: then summary holds its layers and one snapshot, and nothing else.
struct PageRun {
    std::size_t record = 0;  ///< its place in PageRuns::records
    std::size_t group = 0;   ///< its place in PageRuns::groups
    std::string label;       ///< "rigl s0"; no two runs have one
    training::RunSummary summary;
    std::shared_ptr<const topology::Topology> mask = nullptr;  ///< of a topology that is no run: all there is of it
};

/// Runs that differ in the seed alone: one line in a chart.
struct PageGroup {
    std::string label;                 ///< the runs' name, and the keys that tell it from others of this name
    std::vector<std::size_t> runs;     ///< places in PageRuns::runs, seeds ascending
    std::vector<std::size_t> counted;  ///< those that means are over: finished ones; where none is, all
};

/// All that the page is about.
struct PageRuns {
    std::vector<sweep::RunRecord> records;  ///< one a file, those that cannot be read included
    std::vector<PageRun> runs;              ///< group by group
    std::vector<PageGroup> groups;
    std::vector<const config::Key*> keys;  ///< in which groups differ
    std::string name = {};                 ///< that all runs have, where labels go without it: of a sweep

    const sweep::RunRecord& record(const PageRun& run) const { return records[run.record]; }
    /// Files that could not be read.
    std::size_t unreadable() const { return records.size() - runs.size(); }
    /// Those that are no runs.
    std::size_t topologies() const;
};

/// Reads what run files say, but no snapshots; and topologies, each a group of its own behind those of the runs.
/// @param options  how topologies are read
/// @throws FormatError where not one can be read: why the first cannot
PageRuns read_page_runs(const std::vector<Source>& sources, const topology::MaskFileOptions& options, const Tell& tell);

}  // namespace espalier::page
