#include <espalier/config/schema.hpp>
#include <espalier/sweep/point_state.hpp>

namespace espalier::sweep {
namespace {

std::vector<std::string> changes(const config::RunConfig& there, const config::RunConfig& now) {
    std::vector<std::string> texts;
    for (const config::Key* key : differing_keys(there, now)) {
        texts.push_back(key->name + " = " + config::toml_text(key->get(there)) + " there, " +
                        config::toml_text(key->get(now)) + " now");
    }
    return texts;
}

}  // namespace

std::vector<const config::Key*> differing_keys(const config::RunConfig& a, const config::RunConfig& b) {
    std::vector<const config::Key*> keys;
    for (const config::Key& key : config::schema()) {
        const bool is_open =
            key.name == "model.crossovers" && (a.model.crossovers.empty() || b.model.crossovers.empty());
        if (!is_open && key.get(a) != key.get(b)) keys.push_back(&key);
    }
    return keys;
}

PointState state_of(const Point& point, const std::filesystem::path& folder) {
    PointState state;
    const std::filesystem::path file = folder / "run.h5";
    std::error_code failed;
    if (!std::filesystem::exists(file, failed)) return state;
    state.record = read_run_record(file);
    state.status = state.record.status;
    if (state.status != "unreadable") state.changes = changes(state.record.config, point.config);
    return state;
}

Step next_step(const PointState& state, const Policy& policy) {
    if (state.status == "absent") return Step::start;
    if (state.status == "running") return Step::refuse;
    if (!state.changes.empty()) return policy.replace_changed ? Step::replace : Step::refuse;
    if (state.status == "finished") return Step::skip;
    if (state.status == "interrupted") return Step::resume;
    return policy.retry_failed ? Step::replace : Step::leave;
}

std::string to_string(Step step) {
    switch (step) {
        case Step::skip:
            return "skip";
        case Step::leave:
            return "leave";
        case Step::start:
            return "start";
        case Step::resume:
            return "resume";
        case Step::replace:
            return "replace";
        case Step::refuse:
            return "refuse";
    }
    return "";
}

}  // namespace espalier::sweep
