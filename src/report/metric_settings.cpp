#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/report/metric_settings.hpp>

namespace espalier::report {

std::vector<topology::Settings> assigned(std::vector<std::pair<std::string, topology::Settings>> known,
                                         const std::vector<std::string>& assignments) {
    for (const std::string& assignment : assignments) {
        const std::size_t equals = assignment.find('=');
        const std::size_t dot = assignment.find('.');
        if (equals == std::string::npos || dot > equals) {
            throw ConfigError("setting '" + assignment + "': METRIC.NAME=VALUE is needed");
        }
        const std::string metric = assignment.substr(0, dot);
        const auto entry = std::ranges::find(known, metric, &std::pair<std::string, topology::Settings>::first);
        if (entry == known.end()) {
            throw ConfigError("setting '" + assignment + "': '" + metric + "' is not asked for; ask for it too");
        }
        entry->second.set(assignment.substr(dot + 1, equals - dot - 1), assignment.substr(equals + 1));
    }
    std::vector<topology::Settings> settings;
    for (auto& entry : known) settings.push_back(std::move(entry.second));
    return settings;
}

}  // namespace espalier::report
