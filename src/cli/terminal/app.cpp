#include <algorithm>
#include <iostream>
#include <new>
#include <sstream>

#include <CLI/CLI.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/named.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/cli/terminal/app.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/plugins.hpp>
#include <espalier/cli/terminal/version.hpp>

namespace espalier::cli {
namespace {

int report(const ProgramText& text, const std::string& message, int status) {
    if (text.report_failure) {
        text.report_failure(message);
    } else {
        std::cerr << text.name << ": " << one_line(message) << std::endl;
    }
    return status;
}

/// Runs the work; here, and nowhere else, errors become messages.
int guarded(const ProgramText& text, const Action& work) {
    try {
        return work();
    } catch (const ConfigError& error) {
        return report(text, error.what(), wrong_usage);
    } catch (const std::bad_alloc&) {
        return report(text, "out of memory", failed);
    } catch (const std::exception& error) {
        return report(text, error.what(), failed);
    }
}

struct Program {
    explicit Program(const ProgramText& told) : text(told), app(told.description, told.name) {}

    const ProgramText& text;
    CLI::App app;
    Action action;
    bool version = false;
    bool json = false;
    bool explain = false;
    std::vector<std::string> plugins;  ///< loaded by load_plugins()
};

using Words = std::vector<std::string>;

const Meanings environment_variables = {
    {"ESPALIER_DATA", "folders in which datasets lie, separated by ':'"},
    {"ESPALIER_ISA", "portable, avx2 or avx512: lesser kernels than the best the processor has; last bits differ"},
    {"ESPALIER_PLUGINS", "plug-ins to load, separated by ':'; as --plugin does"},
    {"ESPALIER_PROGRESS", "what --progress is where it is not given"}};

const Meanings exit_statuses = {{"0", "done"},
                                {"1", "the work failed, or a file turned out to be bad"},
                                {"2", "the command line or the configuration is wrong"},
                                {"130", "ended by a signal, all saved"}};

/// Two columns.
std::string in_columns(const Meanings& entries) {
    constexpr std::size_t width = 19;
    std::string text;
    for (const auto& [name, help] : entries) text += "\n  " + name + std::string(width - name.size(), ' ') + help;
    return text;
}

void add(Program& program, CLI::App& parent, const Command& command) {
    CLI::App* sub = parent.add_subcommand(command.name, command.help);
    sub->footer("Example:\n  " + command.example + (command.note.empty() ? "" : "\n\n" + command.note));
    if (command.explain)
        sub->add_flag("--explain", program.explain, "Say what each column of its tables is; nothing else");
    if (command.set_up) {
        Parser parser(*sub);
        sub->final_callback([&program, action = command.set_up(parser)] { program.action = action; });
        parser
            .add_option("--plugin", program.plugins, "Load a plug-in, which brings rules, metrics, losses, ... by name")
            .one_each()
            .type_name("FILE");
    }
    for (const Command& inner : command.commands) add(program, *sub, inner);
    if (!command.commands.empty()) sub->require_subcommand(0, 1);
}

void set_up(Program& program, const std::vector<Command>& commands) {
    CLI::Option* version =
        program.app.add_flag("--version", program.version, "Version, instruction set in use and libraries");
    program.app.add_flag("--json", program.json, "Of --version: print one JSON document")->needs(version);
    const std::string& name = program.text.name;
    program.app.footer("Example:\n  " + program.text.example + "\n\nHelp on a command: " + name + " help COMMAND, or " +
                       name + " COMMAND --help\n\nEnvironment:" + in_columns(environment_variables) +
                       "\n\nExit status:" + in_columns(exit_statuses));
    program.app.require_subcommand(0, 1);
    for (const Command& command : commands) add(program, program.app, command);
}

/// The answer to --explain, which needs none of a command's other arguments; empty where it was not asked.
std::string explanation(const std::vector<Command>& commands, const Words& words) {
    if (std::ranges::find(words, "--explain") == words.end()) return "";
    const std::vector<Command>* known = &commands;
    const Command* command = nullptr;
    for (const std::string& word : words) {
        const auto found = std::ranges::find(*known, word, &Command::name);
        if (found == known->end()) break;
        command = &*found;
        known = &command->commands;
    }
    return command != nullptr && command->explain ? command->explain() : "";
}

/// CLI11 would call an unknown command an unexpected argument.
void require_known_command(const std::vector<Command>& commands, const Words& words) {
    const std::vector<Command>* known = &commands;
    std::string asked = "command";
    for (const std::string& word : words) {
        if (word.starts_with('-') || known->empty()) break;
        known = &find_named(*known, word, asked).commands;
        asked = word + " command";
    }
}

/// "help run" is "run --help", as long as help is not asked for anything else.
Words with_help_as_option(Words words) {
    const auto is_option = [](const std::string& word) { return word.starts_with('-'); };
    if (words.empty() || words.front() != "help" || std::ranges::any_of(words, is_option)) return words;
    words.erase(words.begin());
    words.emplace_back("--help");
    return words;
}

/// The innermost command that was asked for.
const CLI::App& used_command(const CLI::App& app) {
    const auto used = app.get_subcommands();
    return used.empty() ? app : used_command(*used.front());
}

/// "espalier tickets compare".
std::string full_name(const CLI::App& app) {
    return (app.get_parent() == nullptr ? "" : full_name(*app.get_parent()) + " ") + app.get_name();
}

/// What CLI11 says, with the nearest option where one is not known.
std::string explained(const CLI::App& app, const CLI::ParseError& error, const Words& words) {
    std::string text = error.what();
    const CLI::App& used = used_command(app);
    if (&used == &app) return text;
    std::vector<std::string> options;
    for (const CLI::Option* option : used.get_options()) options.push_back(option->get_name());
    for (const std::string& given : words) {
        const std::string word = given.substr(0, given.find('='));
        const bool is_option = word.starts_with("--");
        if (is_option && std::ranges::find(options, word) == options.end())
            return text + "." + did_you_mean(word, options);
    }
    return text + " (see " + full_name(used) + " --help)";
}

int parse_and_act(const std::vector<Command>& commands, Words words, const ProgramText& about) {
    const auto write = about.write_result ? about.write_result : [](const std::string& text) { write_stdout(text); };
    words = with_help_as_option(std::move(words));
    require_known_command(commands, words);
    load_plugins(words);
    if (const std::string text = explanation(commands, words); !text.empty()) {
        write(text);
        return done;
    }
    Program program(about);
    set_up(program, commands);
    try {
        program.app.parse(Words(words.rbegin(), words.rend()));
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0) throw ConfigError(explained(program.app, error, words));
        std::ostringstream help;
        program.app.exit(error, help, help);
        write(help.str());
        return done;
    }
    if (program.action) return program.action();
    if (!program.version) {
        throw ConfigError("which command? See " + full_name(used_command(program.app)) + " --help");
    }
    write(program.json ? version_json() : version_text());
    return done;
}

/// A command of the program as CLI11 has it, with what it does not know.
CommandDescription described_command(const Command& command, CLI::App& app) {
    CommandDescription found;
    found.name = full_name(app);
    found.help = command.help;
    found.usage = Parser(app).usage();
    found.example = command.example;
    found.note = command.note;
    found.options = Parser(app).options();
    for (const Command& inner : command.commands) {
        found.commands.push_back(described_command(inner, *app.get_subcommand(inner.name)));
    }
    return found;
}

}  // namespace

CommandDescription describe(const std::vector<Command>& commands, const ProgramText& text) {
    Program program(text);
    set_up(program, commands);
    const Command whole{.name = text.name, .help = text.description, .example = text.example, .commands = commands};
    CommandDescription found = described_command(whole, program.app);
    found.environment = environment_variables;
    found.exit_statuses = exit_statuses;
    found.see_also = text.see_also;
    return found;
}

int run_program(const std::vector<Command>& commands, int argc, char** argv, const ProgramText& text) {
    return guarded(text, [&] { return parse_and_act(commands, Words(argv + std::min(1, argc), argv + argc), text); });
}

}  // namespace espalier::cli
