#include <algorithm>

#include <espalier/base/error.hpp>
#include <espalier/cli/metric_settings.hpp>

namespace espalier::cli {

void add_settings(Parser& app, std::vector<std::string>& assignments) {
    app.add_option("--set", assignments, "Choose a variant of a metric, as often as wanted; docs/metrics.md lists them")
        .type_name("METRIC.NAME=VALUE")
        .one_each();
}

std::vector<topology::Settings> assigned(std::vector<std::pair<std::string, topology::Settings>> known,
                                         const std::vector<std::string>& assignments) {
    for (const std::string& assignment : assignments) {
        const std::size_t equals = assignment.find('=');
        const std::size_t dot = assignment.find('.');
        if (equals == std::string::npos || dot > equals) {
            throw ConfigError("--set " + assignment + ": METRIC.NAME=VALUE is needed");
        }
        const std::string metric = assignment.substr(0, dot);
        const auto entry = std::ranges::find(known, metric, &std::pair<std::string, topology::Settings>::first);
        if (entry == known.end()) {
            throw ConfigError("--set " + assignment + ": '" + metric + "' is not asked for; add it to --metric");
        }
        entry->second.set(assignment.substr(dot + 1, equals - dot - 1), assignment.substr(equals + 1));
    }
    std::vector<topology::Settings> settings;
    for (auto& entry : known) settings.push_back(std::move(entry.second));
    return settings;
}

}  // namespace espalier::cli
