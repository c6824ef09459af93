#pragma once

#include <string>
#include <utility>
#include <vector>

#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/sweep/run_record.hpp>

#include "support.hpp"

/// Records of runs that never were, for tests of tables.
namespace espalier::testing {

/// A finished run in runs/<name>-<seed>, with --set over the defaults.
inline sweep::RunRecord made_run(const std::string& name, std::int64_t seed, const std::vector<std::string>& set,
                                 const std::vector<std::pair<std::string, double>>& results = {}) {
    config::Settings settings;
    config::override_with(settings, set);
    sweep::RunRecord run{.file = "runs/" + name + "-" + std::to_string(seed) + "/run.h5",
                         .status = "finished",
                         .reason = "",
                         .name = name,
                         .seed = seed,
                         .config = config::resolve(settings),
                         .results = {},
                         .evaluations = {}};
    for (const auto& [result, value] : results) run.results.emplace_back(result, value);
    return run;
}

inline sweep::RunRecord unreadable_run(const std::string& file) {
    sweep::RunRecord run;
    run.file = file;
    run.status = "unreadable";
    run.reason = "damaged";
    return run;
}

}  // namespace espalier::testing
