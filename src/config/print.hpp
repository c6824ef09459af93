#pragma once

#include <string>

#include <espalier/config/given_settings.hpp>

namespace espalier::config {

/// The configuration as TOML with the help of each key above it. Read back it gives the same values, and resolved it
/// can be run again as it is: where epsilon rules, density stands in a comment.
std::string to_toml(const RunConfig& config);

/// The same to begin a configuration of one's own with: what the method brings along stands in comments, so that
/// another method brings its own.
/// @param given  keys set here are no comments
std::string template_toml(const RunConfig& config, const Settings& given);

/// docs/configuration.md: every key with its default and what it may be.
std::string configuration_markdown();

}  // namespace espalier::config
