#include <algorithm>

#include <espalier/cli/terminal/completion.hpp>

namespace espalier::cli {
namespace {

void replace_each(std::string& text, const std::string& mark, const std::string& by) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size()))
        text.replace(at, mark.size(), by);
}

}  // namespace

std::string shell_quoted(const std::string& text) {
    std::string quoted = "'";
    for (const char letter : text) quoted += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
    return quoted + "'";
}

std::string of_program(std::string script, const CommandDescription& program) {
    std::string function = program.name;
    std::ranges::replace(function, '-', '_');
    replace_each(script, "@FUNCTION@", function);
    replace_each(script, "@NAME@", program.name);
    return script;
}

std::string joined_words(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text.append(text.empty() ? "" : " ").append(word);
    return text;
}

}  // namespace espalier::cli
