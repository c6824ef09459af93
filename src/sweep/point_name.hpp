#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <espalier/config/value.hpp>

namespace espalier::sweep {

/// Keys of a grid with one value each, in the order of the file.
using GridValues = std::vector<std::pair<std::string, config::Value>>;

/// A value without TOML's quotes: what tables and CSV show.
std::string plain_text(const config::Value& value);

/// The folder of a run: "<variant>-density0.05-s0". A key goes by its last part where no other of the grid has the
/// same, else by its dotted name; letters, digits and "._+-" of a value stay, lists are joined by 'x' (hidden300x100),
/// all else becomes '_'. Not always unique: expand() checks.
/// @param variant  may be empty
std::string point_name(const std::string& variant, const GridValues& values, std::int64_t seed);

}  // namespace espalier::sweep
