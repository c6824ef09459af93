#pragma once

#include <cstdint>
#include <vector>

#include <espalier/config/schema.hpp>
#include <espalier/sweep/run_record.hpp>
#include <espalier/sweep/sheet.hpp>

namespace espalier::sweep {

/// Runs that differ in nothing but the seed.
struct RunGroup {
    std::vector<Field> front;                     ///< name and keys
    std::vector<const RunRecord*> finished = {};  ///< in the order of the records
    std::vector<const RunRecord*> others = {};    ///< running, interrupted, failed

    std::int64_t unfinished() const { return static_cast<std::int64_t>(others.size()); }
};

/// Readable runs by name and keys, in the order in which these first come.
/// @param keys  what tells groups apart beside the name (keys_of_groups)
/// @return      groups that point into `runs`
std::vector<RunGroup> groups_of_runs(const std::vector<RunRecord>& runs, const std::vector<const config::Key*>& keys);

}  // namespace espalier::sweep
