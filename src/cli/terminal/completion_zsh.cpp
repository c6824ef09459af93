#include <algorithm>

#include <espalier/cli/terminal/completion.hpp>

namespace espalier::cli {
namespace {

/// "_espalier_tickets_compare".
std::string zsh_function(const CommandDescription& command) {
    std::string name = "_" + command.name;
    std::ranges::replace(name, ' ', '_');
    std::ranges::replace(name, '-', '_');
    return name;
}

/// With backslashes before what _arguments and _describe would take for themselves.
std::string zsh_escaped(const std::string& text) {
    std::string escaped;
    for (const char letter : text) {
        if (std::string_view("[]:\\").find(letter) != std::string_view::npos) escaped += '\\';
        escaped += letter;
    }
    return escaped;
}

std::string zsh_action(const OptionDescription& option) {
    switch (value_kind(option)) {
        case ValueKind::words:
            return "{compadd - " + joined_words(option.words) + "}";
        case ValueKind::list:
            return "_sequence compadd - " + joined_words(option.words);
        case ValueKind::assignments:
            return "{compadd -S \"\" - " + joined_words(option.words) + "}";
        case ValueKind::files:
            return "_files";
        case ValueKind::folders:
            return "_files -/";
        case ValueKind::nothing:
            break;
    }
    return " ";
}

/// One argument of _arguments.
std::string zsh_spec(const OptionDescription& option, const std::string& name) {
    const std::string message = zsh_escaped(option.value.empty() ? option.names.back() : option.value);
    if (option.is_positional)
        return shell_quoted((option.is_repeated ? "*:" : ":") + message + ":" + zsh_action(option));
    std::string spec = option.is_repeated ? "*" : "";
    if (!option.excludes.empty()) spec += "(" + joined_words(option.excludes) + ")";
    spec +=
        name + (option.takes_value && name.starts_with("--") ? "=" : "") + "[" + zsh_escaped(headline(option)) + "]";
    if (option.takes_value) spec += ":" + message + ":" + zsh_action(option);
    return shell_quoted(spec);
}

std::string zsh_specs(const CommandDescription& command) {
    std::string specs;
    for (const OptionDescription& option : command.options) {
        for (const std::string& name : option.names) specs += " \\\n        " + zsh_spec(option, name);
    }
    return specs;
}

/// A command with commands: which, then what that one takes.
std::string zsh_chooser(const CommandDescription& command) {
    std::string list;
    std::string cases;
    for (const CommandDescription& inner : command.commands) {
        list += "        " + shell_quoted(short_name(inner) + ":" + zsh_escaped(inner.help)) + "\n";
        cases += "        " + short_name(inner) + ") " + zsh_function(inner) + " ;;\n";
    }
    return "    local curcontext=\"$curcontext\" state line\n    typeset -A opt_args\n    local -a commands=(\n" +
           list + "    )\n    _arguments -C" + zsh_specs(command) +
           " \\\n        '1:command:->command' '*::argument:->argument' && return\n    case $state in\n"
           "    command) _describe command commands ;;\n    argument)\n        case $line[1] in\n" +
           cases + "        esac\n        ;;\n    esac\n";
}

}  // namespace

std::string zsh_completion(const CommandDescription& program) {
    std::string script = "#compdef @NAME@\n# Completion of @NAME@ for zsh, made by `@NAME@ completion zsh`.\n";
    for (const CommandDescription* command : all_below(program)) {
        script += "\n" + zsh_function(*command) + "() {\n";
        script += command->commands.empty() ? "    _arguments" + zsh_specs(*command) + "\n" : zsh_chooser(*command);
        script += "}\n";
    }
    // Called by the first completion where it was found in $fpath; else the file was sourced.
    return of_program(script +
                          "\nif [ \"$funcstack[1]\" = _@FUNCTION@ ]; then\n    _@FUNCTION@ \"$@\"\nelse\n"
                          "    compdef _@FUNCTION@ @NAME@\nfi\n",
                      program);
}

}  // namespace espalier::cli
