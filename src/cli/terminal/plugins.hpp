#pragma once

#include <string>
#include <vector>

namespace espalier::cli {

/// Loads what --plugin names, wherever it stands on the command line, and what ESPALIER_PLUGINS lists: before options
/// are parsed, for their help and checks know all names. The variable then lists them all, for the processes of a
/// sweep.
/// @throws ConfigError as plugin::load()
void load_plugins(const std::vector<std::string>& words);

}  // namespace espalier::cli
