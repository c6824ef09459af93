#pragma once

#include <string>
#include <utility>
#include <vector>

/// What `--explain` prints: what each column and row of a command's tables is.
namespace espalier::cli {

using Explanations = std::vector<std::pair<std::string, std::string>>;

/// Columns by name, from the one table of them.
/// @throws std::out_of_range for a name that it lacks
Explanations columns(const std::vector<std::string>& names);

/// Entries of a registry: metrics, distances, keys.
template <class Entries>
Explanations entries(const Entries& registry) {
    Explanations all;
    for (const auto& entry : registry) all.emplace_back(entry.name, entry.help);
    return all;
}

/// "name   what it is", one per line.
std::string explained(const std::vector<Explanations>& parts);

}  // namespace espalier::cli
