#include <espalier/cli/terminal/completion.hpp>

namespace espalier::cli {
namespace {

// Commands come in order and before their arguments; a value that is called like a command is not told apart.
constexpr const char* fish_function = R"fish(
# Whether the commands typed so far are exactly these.
function __@FUNCTION@_at
    set -l path
    for word in (commandline -opc)[2..-1]
        if contains -- (string join -- ' ' $path $word) $__@FUNCTION@_commands
            set -a path $word
        end
    end
    test "$path" = "$argv[1]"
end

complete -c @NAME@ -f
)fish";

/// "tickets compare".
std::string fish_path(const CommandDescription& command) {
    const std::size_t space = command.name.find(' ');
    return space == std::string::npos ? "" : command.name.substr(space + 1);
}

/// In single quotes fish knows \' and \\ alone.
std::string fish_quoted(const std::string& text) {
    std::string quoted = "'";
    for (const char letter : text) {
        if (letter == '\'' || letter == '\\') quoted += '\\';
        quoted += letter;
    }
    return quoted + "'";
}

/// What completes a value; nothing where no more is known.
std::string fish_values(const OptionDescription& option) {
    switch (value_kind(option)) {
        case ValueKind::words:
        case ValueKind::assignments:
            return " -a " + fish_quoted(joined_words(option.words));
        case ValueKind::list:
            return " -a " + fish_quoted("(__fish_append , " + joined_words(option.words) + ")");
        case ValueKind::files:
            return " -F";
        case ValueKind::folders:
            return " -a '(__fish_complete_directories (commandline -ct))'";
        case ValueKind::nothing:
            break;
    }
    return "";
}

std::string fish_option(const OptionDescription& option) {
    std::string line;
    for (const std::string& name : option.names) {
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    line += " -d " + fish_quoted(headline(option));
    if (!option.takes_value) return line;
    return line + (value_kind(option) == ValueKind::files ? " -r" : " -r -f") + fish_values(option);
}

}  // namespace

std::string fish_completion(const CommandDescription& program) {
    std::string commands;
    std::string lines;
    for (const CommandDescription* command : all_below(program)) {
        if (command != &program) commands += " " + fish_quoted(fish_path(*command));
        const std::string front =
            "complete -c @NAME@ -n " + fish_quoted("__@FUNCTION@_at " + fish_quoted(fish_path(*command)));
        for (const CommandDescription& inner : command->commands) {
            lines += front + " -a " + short_name(inner) + " -d " + fish_quoted(inner.help) + "\n";
        }
        for (const OptionDescription& option : command->options) {
            const std::string values = fish_values(option);
            if (!option.is_positional) lines += front + fish_option(option) + "\n";
            if (option.is_positional && !values.empty()) lines += front + values + "\n";
        }
    }
    return of_program(
        "# Completion of @NAME@ for fish, made by `@NAME@ completion fish`.\nset -g __@FUNCTION@_commands" + commands +
            "\n" + fish_function + lines,
        program);
}

}  // namespace espalier::cli
