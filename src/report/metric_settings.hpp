#pragma once

#include <string>
#include <utility>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/topology/settings.hpp>

namespace espalier::report {

/// The settings of each of these metrics (or distances), in their order, as the assignments have them.
/// @param assignments  "METRIC.NAME=VALUE"
/// @param known  each metric asked for, with its settings at their fallbacks
/// @throws ConfigError where an assignment has another form, or names a metric that is not asked for
std::vector<topology::Settings> assigned(std::vector<std::pair<std::string, topology::Settings>> known,
                                         const std::vector<std::string>& assignments);

template <class Entry>
std::vector<topology::Settings> settings_for(const std::vector<const Entry*>& entries,
                                             const std::vector<std::string>& assignments) {
    std::vector<std::pair<std::string, topology::Settings>> known;
    for (const Entry* entry : entries) known.emplace_back(entry->name, topology::settings_of(*entry));
    return assigned(std::move(known), assignments);
}

}  // namespace espalier::report
