#include <algorithm>
#include <sstream>

#include <espalier/cli/terminal/manual_page.hpp>

namespace espalier::cli {
namespace {

/// As roff prints it letter by letter: backslashes, dashes that stay ASCII, and no line that begins as a request.
std::string roff(const std::string& text) {
    std::string escaped;
    bool begins_line = true;
    for (const char letter : text) {
        if (begins_line && (letter == '.' || letter == '\'')) escaped += "\\&";
        begins_line = letter == '\n';
        if (letter == '\\') {
            escaped += "\\e";
        } else if (letter == '-') {
            escaped += "\\-";
        } else {
            escaped += letter;
        }
    }
    return escaped;
}

std::string bold(const std::string& text) {
    return "\\fB" + roff(text) + "\\fR";
}

std::string italic(const std::string& text) {
    return "\\fI" + roff(text) + "\\fR";
}

std::string section(const std::string& title) {
    return ".SH " + title + "\n";
}

/// Lines as they are.
std::string literal(const std::string& text) {
    return ".nf\n" + roff(text) + "\n.fi\n";
}

std::string meanings(const Meanings& entries) {
    std::string text;
    for (const auto& [name, help] : entries) text += ".TP\n" + bold(name) + "\n" + roff(help) + "\n";
    return text;
}

/// "; not beside --csv".
std::string relations(const OptionDescription& option) {
    std::string text;
    for (const std::string& other : option.excludes) text += "; not beside " + bold(other);
    for (const std::string& other : option.needs) text += "; needs " + bold(other);
    return text;
}

std::string option_entry(const OptionDescription& option) {
    std::string text = ".TP\n";
    for (const std::string& name : option.names) {
        text += (name == option.names.front() ? "" : ", ") + (option.is_positional ? italic(name) : bold(name));
    }
    const bool shows_value = !option.value.empty() && option.value != "TEXT";
    if (shows_value) text += " " + italic(option.value);
    if (option.is_repeated && !option.value.ends_with("...")) text += " ...";
    if (option.is_required) text += " (required)";
    text += "\n" + roff(headline(option)) + relations(option) + "\n";
    const std::string listed = meanings(listed_values(option.help));
    return listed.empty() ? text : text + ".RS\n" + listed + ".RE\n";
}

std::string options_of(const CommandDescription& command, bool positional) {
    std::string text;
    for (const OptionDescription& option : command.options) {
        if (option.is_positional == positional) text += option_entry(option);
    }
    return text;
}

std::string commands_of(const CommandDescription& command) {
    std::string text;
    for (const CommandDescription& inner : command.commands) {
        text += ".TP\n" + bold(short_name(inner)) + "\n" + roff(inner.help) + ": " + bold(manual_name(inner)) + "(1)\n";
    }
    return text;
}

/// The pages of what holds this command, then those of other programs.
std::string see_also(const CommandDescription& command, const CommandDescription& program) {
    std::vector<std::string> pages;
    const std::string above = command.name.substr(0, command.name.rfind(' '));
    if (&command != &program) pages.push_back(program.name);
    if (&command != &program && above != program.name) pages.push_back(above);
    pages.insert(pages.end(), program.see_also.begin(), program.see_also.end());
    if (pages.empty()) return "";
    std::string text;
    for (std::string& name : pages) {
        std::ranges::replace(name, ' ', '-');
        text += (text.empty() ? "" : ", ") + bold(name) + "(1)";
    }
    return section("SEE ALSO") + text + "\n";
}

std::string with_title(const std::string& title, const std::string& text) {
    return text.empty() ? "" : section(title) + text;
}

}  // namespace

std::string manual_name(const CommandDescription& command) {
    std::string name = command.name;
    std::ranges::replace(name, ' ', '-');
    return name;
}

std::string manual_page(const CommandDescription& command, const CommandDescription& program,
                        const std::string& version, const std::string& date) {
    std::string title = manual_name(command);
    std::ranges::transform(title, title.begin(),
                           [](char letter) { return 'a' <= letter && letter <= 'z' ? letter - 32 : letter; });
    std::string page = ".\\\" Made by `" + program.name + " help --man`.\n";
    page += ".TH " + roff(title) + " 1 \"" + date + "\" \"espalier " + version + "\" \"Espalier\"\n";
    page += section("NAME") + roff(manual_name(command)) + " \\- " + roff(command.help) + "\n";
    page += section("SYNOPSIS") + literal(command.usage);
    page += with_title("DESCRIPTION", command.note.empty() ? "" : literal(command.note));
    page += with_title("COMMANDS", commands_of(command));
    page += with_title("ARGUMENTS", options_of(command, true));
    page += with_title("OPTIONS", options_of(command, false));
    page += section("EXAMPLES") + literal(command.example);
    page += with_title("ENVIRONMENT", meanings(program.environment));
    page += with_title("EXIT STATUS", meanings(program.exit_statuses));
    return page + see_also(command, program);
}

}  // namespace espalier::cli
