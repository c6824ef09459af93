#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <toml++/toml.h>

#include <espalier/config/value.hpp>

/// From TOML's nodes to values of configurations, for the readers of files. Nothing else includes this but
/// table_reader.hpp.
namespace espalier::config {

/// @throws ConfigError "run.toml:3:7: ..." where the text is no TOML
toml::table parse_table(std::string_view text, const std::string& source);

/// The text of a file of at most 1 MiB. @throws ConfigError
std::string read_toml_text(const std::filesystem::path& file);

/// "run.toml:7".
std::string place_of(const toml::node& node, const std::string& source);

/// What a node holds; nothing for what no key takes: tables, dates, mixed lists.
std::optional<Value> value_of(const toml::node& node);

/// "a table", "a list of different things", ...: what a node without a value is.
std::string kind_of(const toml::node& node);

}  // namespace espalier::config
