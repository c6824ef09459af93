#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace espalier::config {

/// A value as a configuration writes it. Lengths of time are text here ("5ep").
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>,
                           std::vector<std::string>>;

/// "true or false", "an integer", "a number", "text", "a list of integers", ...
std::string type_name(const Value& value);

/// The value in the type of `like`: integers serve as numbers, an empty list as any list.
/// @throws ConfigError "is text, and must be an integer"
Value converted(const Value& value, const Value& like);

/// As TOML, on one line. Numbers are the shortest text that reads back to the same bits, always with a point or an
/// exponent; whatever text holds, it reads back.
std::string toml_text(const Value& value);

}  // namespace espalier::config
