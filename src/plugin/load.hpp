#pragma once

#include <filesystem>
#include <vector>

namespace espalier::plugin {

/// Loads a shared library made with interface.hpp, for the rest of the process; one that is loaded already is left
/// alone. It runs whatever code the file holds. Not beside anything that looks at a registry.
/// @throws ConfigError where there is no such file, it is none, is made for another interface, or a name it brings is
///         taken
void load(const std::filesystem::path& file);

/// The files loaded so far, absolute.
const std::vector<std::filesystem::path>& loaded();

}  // namespace espalier::plugin
