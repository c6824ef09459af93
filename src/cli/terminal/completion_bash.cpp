#include <espalier/cli/terminal/completion.hpp>

namespace espalier::cli {
namespace {

// '=' is a word of its own in COMP_WORDS: "--out=a" is three, and so is "key=value".
constexpr const char* bash_function = R"bash(
_@FUNCTION@() {
    local current=${COMP_WORDS[COMP_CWORD]} command='' option='' previous='' word values kind k
    for ((k = 1; k < COMP_CWORD; ++k)); do
        word=${COMP_WORDS[k]}
        if [ "$word" = = ]; then
            [ -z "$option" ] && [ -n "$previous" ] && option=assigned
        elif [ -n "$option" ]; then
            previous=$option option=''
        elif [[ $word == -* ]]; then
            previous=''
            [ -n "$(_@FUNCTION@_values "$command $word")" ] && option=$word
        elif [ -n "$(_@FUNCTION@_words "$command $word")" ]; then
            command+=" $word"
        fi
    done
    [ "$current" = = ] && { current=''; [ -n "$option" ] || option=assigned; }
    COMPREPLY=()
    if [ -n "$option" ]; then
        values=$(_@FUNCTION@_values "$command $option")
    elif [[ $current == -* ]]; then
        values="words $(_@FUNCTION@_words "$command" | tr ' ' '\n' | grep '^-')"
    else
        values=$(_@FUNCTION@_values "$command ARGUMENT")
        [ -n "$values" ] || values="words $(_@FUNCTION@_words "$command" | tr ' ' '\n' | grep -v '^-')"
    fi
    kind=${values%% *} values=${values#"$kind"}
    case "$kind" in
    words) mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current") ;;
    assignments)
        mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
        compopt -o nospace 2>/dev/null
        ;;
    list)
        mapfile -t COMPREPLY < <(compgen -P "${current%"${current##*,}"}" -W "$values" -- "${current##*,}")
        compopt -o nospace 2>/dev/null
        ;;
    files | folders)
        [ "$kind" = files ] && kind=-f || kind=-d
        mapfile -t COMPREPLY < <(compgen "$kind" -- "$current")
        compopt -o filenames 2>/dev/null
        ;;
    esac
}
complete -F _@FUNCTION@ @NAME@
)bash";

/// " tickets compare", as the function walks.
std::string path_of(const CommandDescription& command) {
    const std::size_t space = command.name.find(' ');
    return space == std::string::npos ? "" : command.name.substr(space);
}

std::string words_after(const CommandDescription& command) {
    std::vector<std::string> words;
    for (const CommandDescription& inner : command.commands) words.push_back(short_name(inner));
    for (const OptionDescription& option : command.options) {
        if (!option.is_positional) words.insert(words.end(), option.names.begin(), option.names.end());
    }
    return joined_words(words);
}

std::string bash_values(const OptionDescription& option) {
    switch (value_kind(option)) {
        case ValueKind::words:
            return "words " + joined_words(option.words);
        case ValueKind::list:
            return "list " + joined_words(option.words);
        case ValueKind::assignments:
            return "assignments " + joined_words(option.words);
        case ValueKind::files:
            return "files";
        case ValueKind::folders:
            return "folders";
        case ValueKind::nothing:
            break;
    }
    return "nothing";
}

std::string bash_case(const std::string& pattern, const std::string& answer) {
    return "    " + shell_quoted(pattern) + ") echo " + shell_quoted(answer) + " ;;\n";
}

/// The cases of a command's options, and of the first of its arguments, which stands for all.
std::string bash_cases_of_values(const CommandDescription& command) {
    std::string cases;
    bool has_argument = false;
    for (const OptionDescription& option : command.options) {
        if (!option.takes_value || (option.is_positional && has_argument)) continue;
        has_argument = has_argument || option.is_positional;
        const std::string name = option.is_positional ? "ARGUMENT" : option.names.back();
        cases += bash_case(path_of(command) + " " + name, bash_values(option));
    }
    return cases;
}

/// A function that answers its argument.
std::string bash_answers(const std::string& name, const std::string& cases) {
    return name + "() {\n    case \"$1\" in\n" + cases + "    esac\n}\n";
}

}  // namespace

std::string bash_completion(const CommandDescription& program) {
    std::string words;
    std::string values;
    for (const CommandDescription* command : all_below(program)) {
        words += bash_case(path_of(*command), words_after(*command));
        values += bash_cases_of_values(*command);
    }
    return of_program(
        "# Completion of @NAME@ for bash, made by `@NAME@ completion bash`.\n\n"
        "# What may follow a command: commands and options.\n" +
            bash_answers("_@FUNCTION@_words", words) + "\n# What the value of an option, or an ARGUMENT, may be.\n" +
            bash_answers("_@FUNCTION@_values", values) + bash_function,
        program);
}

}  // namespace espalier::cli
