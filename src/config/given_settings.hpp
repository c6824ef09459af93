#pragma once

#include <functional>
#include <map>
#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/config/run_config.hpp>

namespace espalier::config {

/// A configuration as it was given: the values, and which keys were set where. resolve() makes a run's configuration of
/// it.
struct Settings {
    RunConfig config;
    std::map<std::string, std::string, std::less<>> places;  ///< dotted key to "run.toml:7" or "--set"

    bool has(const std::string& key) const { return places.contains(key); }

    /// "run.toml:7: ", the front of a message about this key; empty where it has its default.
    std::string at(const std::string& key) const { return has(key) ? places.find(key)->second + ": " : ""; }
};

/// @throws ConfigError "run.toml:7: <key> <why>"
[[noreturn]] inline void refuse(const Settings& settings, const std::string& key, const std::string& why) {
    throw ConfigError(settings.at(key) + key + " " + why);
}

}  // namespace espalier::config
