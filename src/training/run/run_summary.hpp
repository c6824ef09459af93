#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <espalier/training/run/run_file.hpp>

namespace espalier::training {

/// Columns of one table by name, all equally long.
using Columns = std::map<std::string, Column>;

/// All that a run file says, without the snapshots' arrays.
struct RunSummary {
    RunInfo info;
    std::string created;  ///< ISO 8601, UTC
    /// "running" only while a living process writes; what a dead one left is "interrupted".
    std::string status;
    std::map<std::string, hdf5::Attribute> results;  ///< what finish() added
    std::vector<std::string> snapshots;              ///< labels: steps as nine digits, ascending
    std::map<std::string, Columns> metrics;          ///< by table: "train", "eval", "topology", "tickets"
    std::vector<RunPart> parts;                      ///< steps ascending; none in a file of a version without them

    /// What the last part was computed with; of a file without parts, what it was begun with; empty where it is not
    /// said.
    std::string instruction_set() const;
};

/// Reads a run file, also while it is being written. O(rows of the metrics).
/// @throws FormatError naming the object where it is no run file
RunSummary read_run_summary(const std::filesystem::path& path);

}  // namespace espalier::training
