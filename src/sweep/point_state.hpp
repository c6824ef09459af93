#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/sweep/points.hpp>
#include <espalier/sweep/run_record.hpp>

namespace espalier::sweep {

/// What the files of a run say about it; there is no other memory.
struct PointState {
    /// "absent", or as RunRecord has it: "finished", "interrupted", "failed", "running", "unreadable".
    std::string status = "absent";
    RunRecord record;  ///< of a run that is not absent
    /// "sparsity.density = 0.1 there, 0.2 now" for each key in which the run on the disk is another one than the point.
    std::vector<std::string> changes;
};

/// Looks at folder/run.h5. A run whose status is "running" has a living writer.
PointState state_of(const Point& point, const std::filesystem::path& folder);

/// What a sweep does with a run.
enum class Step {
    skip,     ///< finished
    leave,    ///< failed or damaged, and nobody asked for another try
    start,    ///< there is nothing
    resume,   ///< from its checkpoint
    replace,  ///< from the beginning, over what is there
    refuse,   ///< another configuration, and nobody asked to replace it; or another process runs it
};

struct Policy {
    bool retry_failed = false;
    bool replace_changed = false;
};

Step next_step(const PointState& state, const Policy& policy);

/// "skip", "leave", ...: what --dry-run shows.
std::string to_string(Step step);

/// Keys of the configuration in which two runs differ, in the order of the schema. An empty model.crossovers stands for
/// any.
std::vector<const config::Key*> differing_keys(const config::RunConfig& a, const config::RunConfig& b);

}  // namespace espalier::sweep
