#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/sweep/slurm_script.hpp>

namespace espalier::sweep {
namespace {

/// In a line #SBATCH: double quotes take spaces and '#', and nothing stands for itself within them but these.
std::string option_value(const std::string& text) {
    const auto is_bad = [](unsigned char c) { return c < ' ' || c == 0x7f || c == '"' || c == '\\'; };
    if (std::ranges::any_of(text, is_bad)) {
        throw ConfigError("sbatch takes no path with quotes, backslashes or control characters: " + excerpt(text, 200));
    }
    return fmt::format("\"{}\"", text);
}

/// sbatch replaces "%a" and the like.
std::string without_patterns(const std::filesystem::path& path) {
    std::string text;
    for (const char c : path.string()) text.append(c == '%' ? 2 : 1, c);
    return text;
}

}  // namespace

std::string shell_quoted(const std::string& word) {
    const auto is_plain = [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("_-./=:,+@%").find(static_cast<char>(c)) != std::string_view::npos;
    };
    if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
    std::string quoted = "'";
    for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

std::string slurm_time(std::int64_t seconds) {
    return fmt::format("{}-{:02}:{:02}:{:02}", seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
}

std::string slurm_script(const SlurmArray& array, const SlurmSettings& settings) {
    std::string text = "#!/bin/bash\n";
    const auto option = [&](const std::string& line) { text.append("#SBATCH ").append(line).append("\n"); };
    const auto given = [&](const std::string& name, const std::string& value) {
        if (!value.empty()) option(fmt::format("--{}={}", name, value));
    };
    option(fmt::format("--job-name={}", option_value(array.name)));
    option(fmt::format("--array=0-{}{}", array.elements - 1,
                       settings.at_once > 0 ? fmt::format("%{}", settings.at_once) : ""));
    option(fmt::format("--output={}", option_value(without_patterns(array.folder) + "/%a.log")));
    option("--open-mode=append");
    option(fmt::format("--chdir={}", option_value(array.current.string())));
    option("--requeue");
    option(fmt::format("--signal=B:USR1@{}", settings.warning_seconds()));
    option("--ntasks=1");
    option(fmt::format("--cpus-per-task={}", settings.cpus));
    if (settings.time_seconds()) option(fmt::format("--time={}", slurm_time(*settings.time_seconds())));
    given("mem", settings.memory);
    const auto word = [&](const std::string& name, const std::string& value) {
        given(name, value.empty() ? "" : option_value(value));
    };
    word("partition", settings.partition);
    word("account", settings.account);
    word("qos", settings.qos);
    word("constraint", settings.constraint);
    for (const std::string& line : settings.options) option(line);
    for (const std::string& line : settings.setup) text.append(line).append("\n");
    text += "exec";
    for (const std::string& argument : array.command) text.append(" ").append(shell_quoted(argument));
    return text + fmt::format(" --element {} --jobs {} --threads {} --requeues {} --progress lines\n",
                              shell_quoted(array.folder.string()), settings.side_by_side(), settings.threads,
                              settings.requeues);
}

}  // namespace espalier::sweep
