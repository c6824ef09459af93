#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <espalier/base/text/text.hpp>
#include <espalier/config/table_reader.hpp>
#include <espalier/sweep/slurm_settings.hpp>

namespace espalier::sweep {
namespace {

using config::Value;

constexpr std::int64_t longest_time = 365LL * 24 * 3600;
constexpr const char* clock_words = "a length of time by the clock: \"90s\", \"30m\", \"2h\" or \"1d 12h\"";

/// Options of sbatch that this program gives itself, and what stands for them.
const std::vector<std::pair<std::string, std::string>> own_options = {
    {"--array", "it is made of the runs and at_once"},
    {"-a", "it is made of the runs and at_once"},
    {"--output", "each element has a log beside the script"},
    {"-o", "each element has a log beside the script"},
    {"--error", "it goes into the same log"},
    {"-e", "it goes into the same log"},
    {"--open-mode", "logs are appended to"},
    {"--requeue", "elements can be requeued"},
    {"--no-requeue", "requeues = 0 keeps the program from asking for it"},
    {"--signal", "signal_before says when"},
    {"--dependency", "arrays that wait for each other have one"},
    {"-d", "arrays that wait for each other have one"},
    {"--job-name", "it is the sweep's name"},
    {"-J", "it is the sweep's name"},
    {"--parsable", "it is always there"},
    {"--wait", "it is an option of the sweep"},
    {"-W", "it is an option of the sweep"},
    {"--chdir", "it is the folder where the sweep is called"},
    {"-D", "it is the folder where the sweep is called"},
    {"--clusters", "jobs are looked for in the cluster that is asked by itself"},
    {"-M", "jobs are looked for in the cluster that is asked by itself"},
    {"--time", "write time"},
    {"-t", "write time"},
    {"--mem", "write memory"},
    {"--cpus-per-task", "write cpus"},
    {"-c", "write cpus"},
    {"--ntasks", "a job is one task with cpus"},
    {"-n", "a job is one task with cpus"},
    {"--partition", "write partition"},
    {"-p", "write partition"},
    {"--account", "write account"},
    {"-A", "write account"},
    {"--qos", "write qos"},
    {"-q", "write qos"},
    {"--constraint", "write constraint"},
    {"-C", "write constraint"},
};

bool is_one_line(const std::string& text) {
    return std::ranges::none_of(text, [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

void require_memory(const std::string& text) {
    const bool has_unit = !text.empty() && std::string_view("KMGT").find(text.back()) != std::string_view::npos;
    const std::string digits = has_unit ? text.substr(0, text.size() - 1) : "";
    if (digits.empty() || !std::ranges::all_of(digits, is_digit) || digits.front() == '0') {
        throw ConfigError("must be a whole number with K, M, G or T: \"4G\"");
    }
}

/// What stands in a line "#SBATCH --partition=..." as it is.
void require_word(const std::string& text) {
    const bool is_word = !text.empty() && is_one_line(text) && text.find_first_of("\"\\ ") == std::string::npos;
    if (!is_word) throw ConfigError("must be text without spaces, quotes and backslashes, and not empty");
}

void require_option(const std::string& option) {
    if (option.size() < 2 || option.front() != '-' || !is_one_line(option)) {
        throw ConfigError("must be options of sbatch, each in a line: [\"--exclusive\"]");
    }
    for (const auto& [name, instead] : own_options) {
        const bool is_long = name.starts_with("--");
        const bool is_it = is_long ? option == name || option.starts_with(name + "=") || option.starts_with(name + " ")
                                   : option.starts_with(name) && !option.starts_with("--");
        if (is_it) throw ConfigError("has " + name + ", which is not for it: " + instead);
    }
}

config::Rule texts_that(const std::string& allowed, void (*require)(const std::string&)) {
    return {.allowed = allowed, .read = [require](const Value& given, const Value& like) {
                Value list = config::converted(given, like);
                for (const std::string& text : std::get<std::vector<std::string>>(list)) require(text);
                return list;
            }};
}

/// A number or a word, kept as text.
config::Rule count_or_auto() {
    return {.allowed = "\"auto\" or an integer from 1 to 100000", .read = [](const Value& given, const Value&) {
                const auto* count = std::get_if<std::int64_t>(&given);
                const auto* word = std::get_if<std::string>(&given);
                if (count != nullptr && *count >= 1 && *count <= 100'000) return Value(std::to_string(*count));
                if (word != nullptr && *word == "auto") return Value(*word);
                throw ConfigError("must be \"auto\" or an integer from 1 to 100000");
            }};
}

std::vector<SlurmKey> all_slurm_keys() {
    using T = SlurmSettings;
    const auto key = [](auto... parts) { return config::table_key<T>(parts...); };
    const config::Rule clock = config::text_that(clock_words, [](const std::string& text) { clock_seconds(text); });
    const config::Rule word = config::text_that("without spaces", require_word);
    const auto require_line = [](const std::string& text) {
        if (!is_one_line(text)) throw ConfigError("must be lines of a shell script, a text each");
    };
    return {
        key("time", &T::time, clock, "Of one job; where not given, the partition's own"),
        key("memory", &T::memory, config::text_that("a whole number with K, M, G or T", require_memory),
            "Of one job; where not given, the cluster's own"),
        key("cpus", &T::cpus, config::within({.low = 1, .high = 1024}),
            "Of one job; cpus / threads runs work side by side in it"),
        key("threads", &T::threads, config::within({.low = 1, .high = 1024}), "Of one run"),
        key("at_once", &T::at_once, config::within({.low = 0, .high = 100'000}),
            "Jobs of the sweep that run at a time, those of earlier calls included; 0: as many as Slurm lets"),
        key("runs_per_job", &T::runs_per_job, count_or_auto(),
            "How many runs a job works off. auto: as many as fill time, by the longest run of the sweep that has "
            "finished; 1 where none has"),
        key("signal_before", &T::signal_before, clock,
            "How long before the end of time a job is warned: it saves, and goes back into the queue"),
        key("requeues", &T::requeues, config::within({.low = 0, .high = 100'000}),
            "How often a job may go back into the queue before its time limit, other starts counted"),
        key("partition", &T::partition, word, "Where not given, the cluster's own; so are the next three"),
        key("account", &T::account, word, "Who pays"),
        key("qos", &T::qos, word, "Quality of service"),
        key("constraint", &T::constraint, word, "Features that a node must have"),
        key("setup", &T::setup, texts_that("each a line of a shell script", require_line),
            "Lines before the program: [\"module load gcc\"]"),
        key("options", &T::options, texts_that("each an option of sbatch", require_option),
            "Further lines #SBATCH, as they are: [\"--exclusive\"]"),
    };
}

void check_together(const SlurmSettings& s) {
    const auto refuse = [&](const std::string& key, const std::string& why) {
        const auto place = s.places.find(key);
        throw ConfigError((place == s.places.end() ? "[slurm]: " : place->second + ": ") + key + " " + why);
    };
    if (s.threads > s.cpus) {
        refuse(s.has("threads") ? "threads" : "cpus", "= " + std::to_string(s.has("threads") ? s.threads : s.cpus) +
                                                          ": a run may not have more threads than its job has cpus (" +
                                                          std::to_string(s.cpus) + ")");
    }
    if (s.time_seconds() && *s.time_seconds() <= s.warning_seconds()) {
        refuse(s.has("signal_before") ? "signal_before" : "time",
               "leaves no time to run: a job of " + s.time + " is warned " + s.signal_before + " before its end");
    }
}

}  // namespace

std::int64_t clock_seconds(std::string_view text) {
    constexpr std::array<std::pair<char, std::int64_t>, 4> units = {{{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};
    std::int64_t sum = 0;
    std::string_view rest = text;
    while (!rest.empty()) {
        std::int64_t count = 0;
        const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
        const auto* unit =
            rest.empty() ? units.end() : std::ranges::find(units, rest.front(), [](const auto& u) { return u.first; });
        if (failed != std::errc{} || count < 0 || count > longest_time || unit == units.end()) {
            throw ConfigError(std::string("must be ") + clock_words);
        }
        sum += count * unit->second;
        rest.remove_prefix(1);
        if (rest.starts_with(' ') && rest.size() > 1) rest.remove_prefix(1);
    }
    if (sum <= 0 || sum > longest_time) throw ConfigError(std::string("must be ") + clock_words + ", at most a year");
    return sum;
}

std::optional<std::int64_t> SlurmSettings::time_seconds() const {
    return time.empty() ? std::nullopt : std::optional(clock_seconds(time));
}

std::int64_t SlurmSettings::warning_seconds() const {
    return clock_seconds(signal_before);
}

std::size_t SlurmSettings::runs_of_job(double seconds) const {
    if (runs_per_job != "auto") return static_cast<std::size_t>(std::stoll(runs_per_job));
    if (!time_seconds() || !(seconds > 0.0)) return 1;
    const double rounds = std::floor(static_cast<double>(*time_seconds() - warning_seconds()) / seconds);
    return static_cast<std::size_t>(side_by_side()) * static_cast<std::size_t>(std::clamp(rounds, 1.0, 1e5));
}

const std::vector<SlurmKey>& slurm_keys() {
    static const std::vector<SlurmKey> keys = all_slurm_keys();
    return keys;
}

SlurmSettings parse_slurm_settings(std::string_view text, const std::string& source) {
    SlurmSettings settings;
    const toml::table root = config::parse_table(text, source);
    if (const toml::node* node = root.get("slurm")) {
        config::take_table(settings, *node, "slurm", source, slurm_keys());
    }
    check_together(settings);
    return settings;
}

std::string slurm_keys_markdown() {
    return config::table_keys_markdown(slurm_keys());
}

}  // namespace espalier::sweep
