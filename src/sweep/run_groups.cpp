#include <algorithm>

#include <espalier/sweep/run_groups.hpp>

namespace espalier::sweep {
namespace {

std::vector<Field> front_of_group(const RunRecord& run, const std::vector<const config::Key*>& keys) {
    std::vector<Field> fields = {run.name};
    for (const config::Key* key : keys) fields.push_back(config_field(run, *key));
    return fields;
}

}  // namespace

std::vector<RunGroup> groups_of_runs(const std::vector<RunRecord>& runs, const std::vector<const config::Key*>& keys) {
    std::vector<RunGroup> all;
    for (const RunRecord& run : runs) {
        if (run.status == "unreadable") continue;
        std::vector<Field> fields = front_of_group(run, keys);
        auto group = std::ranges::find(all, fields, &RunGroup::front);
        if (group == all.end()) group = all.insert(all.end(), {.front = std::move(fields)});
        (run.status == "finished" ? group->finished : group->others).push_back(&run);
    }
    return all;
}

}  // namespace espalier::sweep
