#include <algorithm>
#include <sstream>

#include <espalier/cli/terminal/description.hpp>

namespace espalier::cli {
namespace {

bool is_word(const std::string& text) {
    return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos;
}

void add_below(const CommandDescription& command, std::vector<const CommandDescription*>& found) {
    found.push_back(&command);
    for (const CommandDescription& inner : command.commands) add_below(inner, found);
}

}  // namespace

Meanings listed_values(const std::string& help) {
    Meanings values;
    std::istringstream lines(help);
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        const std::size_t colon = line.find(": ");
        const std::string name = line.substr(0, colon);
        if (colon != std::string::npos && is_word(name)) values.emplace_back(name, line.substr(colon + 2));
    }
    return values;
}

std::vector<std::string> named_values(const std::string& value, const std::string& help) {
    std::vector<std::string> names;
    for (const auto& [name, meaning] : listed_values(help)) names.push_back(name);
    if (!names.empty()) return names;
    std::istringstream parts(value);
    for (std::string part; std::getline(parts, part, '|');) names.push_back(part);
    return std::ranges::all_of(names, is_word) ? names : std::vector<std::string>();
}

ValueKind value_kind(const OptionDescription& option) {
    const std::string& value = option.value;
    if (!option.words.empty()) {
        if (option.words.front().ends_with('=')) return ValueKind::assignments;
        return value.ends_with(",...") ? ValueKind::list : ValueKind::words;
    }
    if (value.starts_with("DIR")) return ValueKind::folders;
    const bool names_file = value.starts_with("FILE") || value.starts_with("PATH") || value.starts_with("RUN");
    return option.is_positional || names_file ? ValueKind::files : ValueKind::nothing;
}

std::string headline(const OptionDescription& option) {
    std::string line = option.help.substr(0, option.help.find('\n'));
    if (line.ends_with(':')) line.pop_back();
    return line;
}

std::string short_name(const CommandDescription& command) {
    return command.name.substr(command.name.rfind(' ') + 1);
}

std::vector<const CommandDescription*> all_below(const CommandDescription& command) {
    std::vector<const CommandDescription*> found;
    add_below(command, found);
    return found;
}

}  // namespace espalier::cli
