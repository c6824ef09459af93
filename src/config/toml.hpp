#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include <espalier/config/given_settings.hpp>
#include <espalier/config/schema.hpp>

namespace espalier::config {

/// Reads a configuration file of at most 1 MiB. Relative paths in it start at its folder.
/// @throws ConfigError "run.toml:7: sparsity.densty is not a key. Did you mean 'sparsity.density'?"
Settings read_toml(const std::filesystem::path& file);

/// Reads the text of one. `source` names it in messages; relative paths in it start at `folder`.
Settings parse_toml(std::string_view text, const std::string& source, const std::filesystem::path& folder = ".");

/// Sets one key as a file does: a relative path in the value starts at `folder`, and messages about the key begin with
/// `place`. @throws ConfigError as assign(), without the place
void put(Settings& settings, const Key& key, Value value, const std::string& place,
         const std::filesystem::path& folder);

/// Sets what the command line asks for with --set, in this order: "sparsity.density=0.05". The value is read as TOML,
/// and as a text where it is none or where the key wants one; relative paths start at the current folder.
/// @throws ConfigError that names --set
void override_with(Settings& settings, std::span<const std::string> assignments);

}  // namespace espalier::config
