#include <filesystem>
#include <memory>
#include <vector>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/near_names.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/terminal/build_info.hpp>
#include <espalier/cli/terminal/manual_page.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/version.hpp>

namespace espalier::cli {
namespace {

struct HelpOptions {
    std::vector<std::string> words;
    bool man = false;
    std::string folder;
};

/// The command that these words name.
const CommandDescription& found_command(const CommandDescription& program, const std::vector<std::string>& words) {
    const CommandDescription* command = &program;
    for (const std::string& word : words) {
        std::vector<std::string> known;
        const CommandDescription* next = nullptr;
        for (const CommandDescription& inner : command->commands) {
            known.push_back(short_name(inner));
            if (known.back() == word) next = &inner;
        }
        if (next == nullptr) throw ConfigError("command '" + word + "'" + not_known(word, known));
        command = next;
    }
    return *command;
}

int write_manual(const HelpOptions& options, const CommandDescription& program) {
    const auto page = [&](const CommandDescription& command) {
        return manual_page(command, program, version(), commit_date());
    };
    if (options.folder.empty()) {
        write_stdout(page(found_command(program, options.words)));
        return done;
    }
    std::filesystem::create_directories(options.folder);
    for (const CommandDescription* command : all_below(program)) {
        const std::filesystem::path file = std::filesystem::path(options.folder) / (manual_name(*command) + ".1");
        replace_with_text(file, page(*command));
    }
    return done;
}

}  // namespace

Command help_command(const ToldProgram& program) {
    return {.name = "help",
            .help = "Help on a command, as --help prints it, or as manual pages",
            .example = program.name + " help " + program.command + "\n  " + program.name + " help --man run | man -l -",
            .set_up = [describe = program.describe](Parser& app) -> Action {
                const auto options = std::make_shared<HelpOptions>();
                app.add_option("COMMAND", options->words, "On which; the program itself where not given");
                const Option man = app.add_flag("--man", options->man, "Print the manual page, as man reads it");
                app.add_option("--man-pages", options->folder, "Write the manual pages of all commands into a folder")
                    .type_name("DIR")
                    .excludes(man);
                return [options, describe] { return write_manual(*options, describe()); };
            }};
}

}  // namespace espalier::cli
