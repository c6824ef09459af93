#pragma once

#include <string>

#include <espalier/config/run_config.hpp>

namespace espalier::config {

/// The configuration as TOML with the help of each key above it. Read back it gives the same values, and resolved it
/// can be run again as it is: where epsilon rules, density stands in a comment.
std::string to_toml(const RunConfig& config);

/// docs/configuration.md: every key with its default and what it may be.
std::string configuration_markdown();

}  // namespace espalier::config
