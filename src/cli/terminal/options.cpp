#include <algorithm>
#include <cstdlib>

#include <espalier/base/threads/threads.hpp>
#include <espalier/cli/terminal/options.hpp>

namespace espalier::cli {
namespace {

int processes_here = 1;

}  // namespace

void add_threads(Parser& app, int& threads) {
    app.add_option("--threads", threads, "Threads to use; 0: all cores. Results do not depend on it")
        .between(0, 1024)
        .type_name("N");
}

void use_threads(int threads) {
    set_threads(threads == 0 ? std::max(1, available_cores() / processes_here) : threads);
}

void share_cores(int processes) {
    processes_here = processes;
}

void add_progress(Parser& app, std::string& progress) {
    app.add_option("--progress", progress,
                   "How far it is, on stderr: bar; lines (one per epoch or every 10 s, none in the first 10 s); none; "
                   "auto: a bar on a terminal, else lines. Not given: ESPALIER_PROGRESS, else auto")
        .type_name("auto|bar|lines|none");
}

ProgressForm chosen_progress(const std::string& progress) {
    if (!progress.empty()) return progress_form(progress, "--progress", stderr_is_terminal());
    const char* by_environment = std::getenv("ESPALIER_PROGRESS");
    const bool is_set = by_environment != nullptr && *by_environment != '\0';
    return progress_form(is_set ? by_environment : "auto", "ESPALIER_PROGRESS", stderr_is_terminal());
}

void add_json(Parser& app, bool& json) {
    app.add_flag("--json", json, "Print one JSON document");
}

void add_json_or_csv(Parser& app, bool& json, bool& csv) {
    add_json(app, json);
    app.add_flag("--csv", csv, "Print comma-separated values").excludes("--json");
}

void add_names(Parser& app, const std::string& option, std::vector<std::string>& names, const std::string& help) {
    app.add_option(option, names, help).type_name("NAME,...").separated_by_commas();
}

void add_metric_settings(Parser& app, std::vector<std::string>& assignments) {
    app.add_option("--set", assignments, "Choose a variant of a metric, as often as wanted; docs/metrics.md lists them")
        .type_name("METRIC.NAME=VALUE")
        .one_each();
}

void add_set(Parser& app, std::vector<std::string>& assignments) {
    // One value an occurrence: lists would swallow what follows.
    app.add_option("--set", assignments, "Override a key of the configuration, as often as wanted")
        .type_name("KEY=VALUE")
        .one_each();
}

}  // namespace espalier::cli
