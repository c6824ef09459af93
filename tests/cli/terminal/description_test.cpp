#include <stdexcept>
#include <string>
#include <vector>

#include <espalier/cli/commands.hpp>
#include <espalier/cli/terminal/description.hpp>

#include "support.hpp"

namespace espalier::cli {
using namespace testing;

namespace {

const CommandDescription& command_named(const CommandDescription& program, const std::string& name) {
    for (const CommandDescription* command : all_below(program)) {
        if (command->name == name) return *command;
    }
    throw std::out_of_range(name);
}

const OptionDescription& option_named(const CommandDescription& command, const std::string& name) {
    for (const OptionDescription& option : command.options) {
        if (option.names.back() == name) return option;
    }
    throw std::out_of_range(name);
}

}  // namespace

TEST_CASE("description: commands with their options as --help has them", "[cli][description]") {
    const CommandDescription program = describe(all_commands());
    CHECK(program.name == "espalier");
    CHECK(program.environment.front().first == "ESPALIER_DATA");
    const CommandDescription& run = command_named(program, "espalier run");
    CHECK(run.usage == "espalier run [OPTIONS] [CONFIG]");
    CHECK(option_named(run, "CONFIG").is_positional);
    CHECK(option_named(run, "--set").is_repeated);
    CHECK_FALSE(option_named(run, "--json").takes_value);
    CHECK(option_named(run, "--resume").excludes == std::vector<std::string>{"--force", "--resume-or-start"});
    CHECK(option_named(run, "--help").names == std::vector<std::string>{"-h", "--help"});
    const CommandDescription& superpose = command_named(program, "espalier tickets superpose");
    CHECK(option_named(superpose, "--method").is_required);
    CHECK(short_name(superpose) == "superpose");
}

TEST_CASE("description: values come from type names and from what help lists", "[cli][description]") {
    using Words = std::vector<std::string>;
    CHECK(named_values("auto|bar|none", "How far it is") == Words{"auto", "bar", "none"});
    CHECK(named_values("NAME", "Which:\nset: random growth\nrigl: gradients: dense") == Words{"set", "rigl"});
    CHECK(named_values("RUN|STATE_DICT", "A network").empty());
    CHECK(named_values("KEY=VALUE", "Override a key").empty());
    CHECK(named_values("N", "Threads: 0 is all").empty());
    CHECK(named_values("", "").empty());
    CHECK(listed_values("Which:\nset: random\nNo entry: of names").size() == 1);
}

TEST_CASE("description: every option's values have a kind", "[cli][description]") {
    const CommandDescription program = describe(all_commands());
    const auto kind = [&](const std::string& command, const std::string& option) {
        return value_kind(option_named(command_named(program, command), option));
    };
    CHECK(kind("espalier run", "--out") == ValueKind::folders);
    CHECK(kind("espalier run", "CONFIG") == ValueKind::files);
    CHECK(kind("espalier run", "--threads") == ValueKind::nothing);
    CHECK(kind("espalier run", "--progress") == ValueKind::words);
    CHECK(kind("espalier metrics", "--metric") == ValueKind::list);
    CHECK(kind("espalier tickets superpose", "--out") == ValueKind::files);
    CHECK(kind("espalier sweep", "--launcher") == ValueKind::words);
}

}  // namespace espalier::cli
