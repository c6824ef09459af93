#pragma once

#include <string>
#include <vector>

#include <espalier/cli/terminal/parser.hpp>
#include <espalier/cli/terminal/progress.hpp>

/// Options that several commands share, each in one spelling.
namespace espalier::cli {

/// --threads N: the default is the number of cores this process may use. Call use_threads() before the work.
void add_threads(Parser& app, int& threads);
void use_threads(int threads);
/// So many processes of this program work on this machine at a time: the default is each one's share of the cores.
void share_cores(int processes);

/// --progress auto|bar|lines|none, and what it means here; not given, the variable ESPALIER_PROGRESS says, else auto.
void add_progress(Parser& app, std::string& progress);
/// @throws ConfigError for another word
ProgressForm chosen_progress(const std::string& progress);

/// --json and --csv, of which one at most.
void add_json(Parser& app, bool& json);
void add_json_or_csv(Parser& app, bool& json, bool& csv);

/// A list of names separated by commas.
void add_names(Parser& app, const std::string& option, std::vector<std::string>& names, const std::string& help);

/// --set METRIC.NAME=VALUE, as often as wanted.
void add_metric_settings(Parser& app, std::vector<std::string>& assignments);

/// --set key=value, as often as wanted.
void add_set(Parser& app, std::vector<std::string>& assignments);

/// --metric A,B,... out of a registry, whose entries become the help.
template <class Entries>
void add_metric(Parser& app, std::vector<std::string>& names, const Entries& entries, const std::string& otherwise) {
    std::string help = "Which, separated by commas (" + otherwise + " where not given):";
    for (const auto& entry : entries) help += "\n" + entry.name + ": " + entry.help;
    add_names(app, "--metric", names, help);
}

}  // namespace espalier::cli
