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

/// A message is one line, whatever file names and libraries put into it.
std::string one_line(std::string text) {
    const std::size_t end = text.find_last_not_of(" \n\r\t");
    text.resize(end == std::string::npos ? 0 : end + 1);
    std::ranges::replace(text, '\n', ' ');
    return printable(text);
}

int report(const std::string& message, int status) {
    std::cerr << "espalier: " << one_line(message) << std::endl;
    return status;
}

/// Runs the work; here, and nowhere else, errors become messages.
int guarded(const Action& work) {
    try {
        return work();
    } catch (const ConfigError& error) {
        return report(error.what(), wrong_usage);
    } catch (const std::bad_alloc&) {
        return report("out of memory", failed);
    } catch (const std::exception& error) {
        return report(error.what(), failed);
    }
}

struct Program {
    CLI::App app{"Sparse neural network research with a graph-theoretic topology toolkit", "espalier"};
    Action action;
    bool version = false;
    bool explain = false;
    std::vector<std::string> plugins;  ///< loaded by load_plugins()
};

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
    program.app.add_flag("--version", program.version, "Version, instruction set in use and libraries");
    program.app.footer(
        "Example:\n  espalier run experiments/demo/fashion-mnist.toml --set sparsity.density=0.05\n\n"
        "Help on a command: espalier COMMAND --help\n\n"
        "Environment:\n"
        "  ESPALIER_DATA  folders in which datasets lie, separated by ':'\n"
        "  ESPALIER_PLUGINS  plug-ins to load, separated by ':'; as --plugin does\n"
        "  ESPALIER_ISA   portable, avx2 or avx512: lesser kernels than the best the processor has; results differ\n"
        "                 between them in the last bits");
    program.app.require_subcommand(0, 1);
    for (const Command& command : commands) add(program, program.app, command);
}

/// The answer to --explain, which needs none of a command's other arguments; empty where it was not asked.
std::string explanation(const std::vector<Command>& commands, int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
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
void require_known_command(const std::vector<Command>& commands, int argc, char** argv) {
    const std::vector<Command>* known = &commands;
    std::string asked = "command";
    for (int k = 1; k < argc && argv[k][0] != '-' && !known->empty(); ++k) {
        known = &find_named(*known, argv[k], asked).commands;
        asked = std::string(argv[k]) + " command";
    }
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
std::string explained(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
    std::string text = error.what();
    const CLI::App& used = used_command(app);
    if (&used == &app) return text;
    std::vector<std::string> options;
    for (const CLI::Option* option : used.get_options()) options.push_back(option->get_name());
    for (int k = 2; k < argc; ++k) {
        const std::string word = std::string(argv[k]).substr(0, std::string_view(argv[k]).find('='));
        const bool is_option = word.starts_with("--");
        if (is_option && std::ranges::find(options, word) == options.end())
            return text + "." + did_you_mean(word, options);
    }
    return text + " (see " + full_name(used) + " --help)";
}

int parse_and_act(const std::vector<Command>& commands, int argc, char** argv) {
    require_known_command(commands, argc, argv);
    load_plugins(argc, argv);
    if (const std::string text = explanation(commands, argc, argv); !text.empty()) {
        write_stdout(text);
        return done;
    }
    Program program;
    set_up(program, commands);
    try {
        program.app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() != 0) throw ConfigError(explained(program.app, error, argc, argv));
        std::ostringstream help;
        program.app.exit(error, help, help);
        write_stdout(help.str());
        return done;
    }
    if (program.action) return program.action();
    if (!program.version) {
        throw ConfigError("which command? See " + full_name(used_command(program.app)) + " --help");
    }
    write_stdout(version_text());
    return done;
}

}  // namespace

int run_program(const std::vector<Command>& commands, int argc, char** argv) {
    return guarded([&] { return parse_and_act(commands, argc, argv); });
}

}  // namespace espalier::cli
