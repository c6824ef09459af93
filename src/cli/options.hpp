#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

/// Options that several commands share, each in one spelling.
namespace espalier::cli {

/// --threads N: the default is the number of cores this process may use. Call use_threads() before the work.
void add_threads(CLI::App& app, int& threads);
void use_threads(int threads);

/// --json and --csv, of which one at most.
void add_json(CLI::App& app, bool& json);
void add_json_or_csv(CLI::App& app, bool& json, bool& csv);

/// --set key=value, as often as wanted.
void add_set(CLI::App& app, std::vector<std::string>& assignments);

}  // namespace espalier::cli
