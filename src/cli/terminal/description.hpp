#pragma once

#include <string>
#include <utility>
#include <vector>

/// What the program can be asked, as plain data: --help, manual pages and shell completion are made of the same.
namespace espalier::cli {

/// One option or positional argument of a command.
struct OptionDescription {
    std::vector<std::string> names;  ///< "-h" and "--help"; of a positional argument "CONFIG"
    std::string value;               ///< what --help shows as its value, "DIR"; empty for flags, and where it is clear
    std::string help;                ///< without a full stop; further lines "name: help" are values it may have
    std::vector<std::string> words;  ///< values it may have, as far as they are known
    std::vector<std::string> excludes;  ///< options it cannot stand beside
    std::vector<std::string> needs;     ///< options it must stand beside
    bool is_positional = false;
    bool is_required = false;
    bool is_repeated = false;  ///< as often as wanted
    bool takes_value = false;
};

/// Names and what they mean, in order: variables, exit statuses.
using Meanings = std::vector<std::pair<std::string, std::string>>;

/// A command, or the program itself.
struct CommandDescription {
    std::string name;  ///< in full: "espalier tickets compare"
    std::string help;  ///< one line, no full stop
    std::string usage;
    std::string example;
    std::string note;
    std::vector<OptionDescription> options;
    std::vector<CommandDescription> commands = {};
    Meanings environment = {};  ///< of the program alone
    Meanings exit_statuses = {};
    std::vector<std::string> see_also = {};  ///< other programs
};

/// What completes an option's value.
enum class ValueKind {
    nothing,
    words,
    list,         ///< words separated by commas
    assignments,  ///< words that end in '='; what follows is the user's
    files,
    folders
};
ValueKind value_kind(const OptionDescription& option);

/// The values that help names: its further lines "name: help", else what `value` itself is made of, "auto|bar|none".
std::vector<std::string> named_values(const std::string& value, const std::string& help);

/// The first line of an option's help, without the colon before a list.
std::string headline(const OptionDescription& option);

/// The lines "name: help" behind the first.
Meanings listed_values(const std::string& help);

/// The command's last name: "compare".
std::string short_name(const CommandDescription& command);

/// A command and all below it, each behind the one that holds it.
std::vector<const CommandDescription*> all_below(const CommandDescription& command);

}  // namespace espalier::cli
