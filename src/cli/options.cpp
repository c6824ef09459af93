#include <CLI/CLI.hpp>

#include <espalier/base/threads.hpp>
#include <espalier/cli/options.hpp>

namespace espalier::cli {

void add_threads(CLI::App& app, int& threads) {
    app.add_option("--threads", threads, "Threads to use; 0: all cores. Results do not depend on it")
        ->check(CLI::Range(0, 1024).description(""))
        ->type_name("N");
}

void use_threads(int threads) {
    set_threads(threads == 0 ? available_cores() : threads);
}

void add_json(CLI::App& app, bool& json) {
    app.add_flag("--json", json, "Print one JSON document");
}

void add_json_or_csv(CLI::App& app, bool& json, bool& csv) {
    add_json(app, json);
    app.add_flag("--csv", csv, "Print comma-separated values")->excludes("--json");
}

void add_names(CLI::App& app, const std::string& option, std::vector<std::string>& names, const std::string& help) {
    app.add_option(option, names, help)->type_name("NAME,...")->delimiter(',')->allow_extra_args(false);
}

void add_set(CLI::App& app, std::vector<std::string>& assignments) {
    // One value an occurrence: lists would swallow what follows.
    app.add_option("--set", assignments, "Override a key of the configuration, as often as wanted")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
}

}  // namespace espalier::cli
