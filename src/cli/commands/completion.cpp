#include <memory>

#include <espalier/base/text/named.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/terminal/completion.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/topology/registry.hpp>

namespace espalier::cli {
namespace {

/// "sparsity.density=", of every key.
std::vector<std::string> key_assignments() {
    std::vector<std::string> words;
    for (const config::Key& key : config::schema()) words.push_back(key.name + "=");
    return words;
}

template <class Entries>
void add_setting_assignments(const Entries& entries, std::vector<std::string>& words) {
    for (const auto& entry : entries) {
        for (const topology::Setting& setting : entry.settings) words.push_back(entry.name + "." + setting.name + "=");
    }
}

/// "nnstd.match_last=", of every setting of a metric or distance.
std::vector<std::string> setting_assignments() {
    std::vector<std::string> words;
    add_setting_assignments(topology::distances(), words);
    add_setting_assignments(topology::metrics(), words);
    add_setting_assignments(topology::series_metrics(), words);
    return words;
}

/// Words that no option's help lists.
void add_words(CommandDescription& command, const std::vector<std::string>& commands) {
    for (OptionDescription& option : command.options) {
        if (option.value == "KEY=VALUE") option.words = key_assignments();
        if (option.value == "METRIC.NAME=VALUE") option.words = setting_assignments();
        if (option.is_positional && option.names.back() == "COMMAND") option.words = commands;
    }
    for (CommandDescription& inner : command.commands) add_words(inner, commands);
}

/// The script of a shell, from the whole program.
struct CompletedShell : Named {
    std::string (*script)(const CommandDescription& program);
};

std::vector<CompletedShell> completed_shells(const std::string& program) {
    return {{{"bash", "source <(" + program + " completion bash), in ~/.bashrc", ""}, bash_completion},
            {{"zsh", "source <(" + program + " completion zsh), in ~/.zshrc behind compinit", ""}, zsh_completion},
            {{"fish", program + " completion fish > ~/.config/fish/completions/" + program + ".fish", ""},
             fish_completion}};
}

int print_completion(const std::string& shell, CommandDescription program) {
    std::vector<std::string> commands;
    for (const CommandDescription& command : program.commands) commands.push_back(short_name(command));
    add_words(program, commands);
    const std::vector<CompletedShell> shells = completed_shells(program.name);
    write_stdout(find_named(shells, shell, "shell").script(program));
    return done;
}

}  // namespace

Command completion_command(const ToldProgram& program) {
    return {.name = "completion",
            .help = "A script by which a shell completes commands, options and their values",
            .example = program.name + " completion bash > ~/.local/share/bash-completion/completions/" + program.name,
            .set_up = [program](Parser& app) -> Action {
                const auto shell = std::make_shared<std::string>();
                std::string help = "Which shell; how it is told:";
                for (const CompletedShell& known : completed_shells(program.name))
                    help += "\n" + known.name + ": " + known.help;
                app.add_option("SHELL", *shell, help).required();
                return [shell, program] { return print_completion(*shell, program.describe()); };
            }};
}

}  // namespace espalier::cli
