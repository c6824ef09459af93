#pragma once

#include <string>
#include <utility>
#include <vector>

namespace espalier::cli {

/// The version of this build, "0.1.0".
std::string version();

/// What results can depend on, by name: instruction set, BLAS with its core, libraries with their versions.
std::vector<std::pair<std::string, std::string>> environment();

/// environment() and the number of threads on one line, for run files.
std::string environment_line();

/// What `espalier --version` prints.
std::string version_text();

/// The same with --json: {"version", "commit", "compiler", "build_type", "instruction_set", "instruction_sets": [...],
/// "libraries": {...}}.
std::string version_json();

}  // namespace espalier::cli
