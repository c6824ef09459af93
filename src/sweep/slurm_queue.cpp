#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include <espalier/base/files/program.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/sweep/slurm_queue.hpp>

namespace espalier::sweep {
namespace {

constexpr auto question_limit = std::chrono::seconds(20);
constexpr auto order_limit = std::chrono::seconds(60);

/// The name last: it may hold the mark between fields.
constexpr const char* queue_format = "%F|%K|%T|%r|%N|%j";
constexpr std::size_t queue_fields = 6;

constexpr std::array<std::string_view, 10> states_of_ended = {"BOOT_FAIL", "CANCELLED", "COMPLETED",     "DEADLINE",
                                                              "FAILED",    "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED",
                                                              "REVOKED",   "TIMEOUT"};

std::optional<std::size_t> index_in(const std::string& text) {
    std::size_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

QueuedElement element_in(const std::string& line) {
    std::array<std::string, queue_fields> fields;
    std::size_t begin = 0;
    for (std::size_t k = 0; k + 1 < queue_fields; ++k) {
        const std::size_t end = line.find('|', begin);
        if (end == std::string::npos) throw FormatError("squeue: cannot read its line '" + excerpt(line) + "'");
        fields[k] = line.substr(begin, end - begin);
        begin = end + 1;
    }
    fields.back() = line.substr(begin);
    return {.job = fields[0],
            .index = index_in(fields[1]),
            .state = fields[2],
            .reason = excerpt(fields[3]),
            .node = excerpt(fields[4]),
            .name = fields[5]};
}

}  // namespace

bool QueuedElement::is_live() const {
    return std::ranges::find(states_of_ended, state) == states_of_ended.end();
}

std::vector<QueuedElement> parse_queue(std::string_view text) {
    std::vector<QueuedElement> elements;
    for (const std::string& line : split_lines(text)) {
        if (!line.empty()) elements.push_back(element_in(line));
    }
    return elements;
}

std::vector<QueuedElement> ask_queue(const std::vector<std::string>& jobs) {
    if (jobs.empty()) return {};
    const ProgramEnd end =
        call_program({"squeue", "-h", "-r", "-t", "all", "-j", join(jobs, ","), "-o", queue_format}, question_limit);
    // Of one number that is long over it says this, of several nothing.
    if (end.err.find("Invalid job id") != std::string::npos) return {};
    if (!end.is_good()) throw IoError("squeue: " + end.trouble());
    return parse_queue(end.out);
}

bool has_squeue() {
    return find_program("squeue").has_value();
}

std::size_t largest_array() {
    if (!find_program("scontrol")) return usual_largest_array;
    const ProgramEnd end = call_program({"scontrol", "show", "config"}, question_limit);
    if (!end.is_good()) throw IoError("scontrol show config: " + end.trouble());
    for (const std::string& line : split_lines(end.out)) {
        if (!line.starts_with("MaxArraySize")) continue;
        const auto number = index_in(line.substr(line.find_last_of(" =") + 1));
        if (number && *number > 0) return *number;
    }
    return usual_largest_array;
}

void require_sbatch() {
    if (find_program("sbatch")) return;
    throw ConfigError(
        "there is no sbatch on this machine: --launcher slurm is for one that submits to Slurm; "
        "--prepare is for other engines");
}

std::string submit_script(const std::filesystem::path& script, const std::vector<std::string>& after) {
    require_sbatch();
    std::vector<std::string> words = {"sbatch", "--parsable"};
    if (!after.empty()) words.push_back("--dependency=afterany:" + join(after, ":"));
    words.push_back(script.string());
    const ProgramEnd end = call_program(words, order_limit);
    if (end.is_too_late) {
        throw IoError("sbatch " + end.trouble() + "; whether " + script.string() +
                      " was submitted is not known: squeue --me shows it");
    }
    if (!end.is_good()) throw SubmissionRefused("sbatch refuses " + script.string() + ": " + end.trouble());
    const std::string said = split_lines(end.out).front();
    const std::string job = said.substr(0, said.find(';'));  // a cluster's name may follow
    if (!index_in(job)) throw IoError("sbatch does not tell the job's number: '" + excerpt(said) + "'");
    return job;
}

void cancel_jobs(const std::vector<std::string>& jobs) {
    if (jobs.empty()) return;
    std::vector<std::string> words = {"scancel"};
    words.insert(words.end(), jobs.begin(), jobs.end());
    const ProgramEnd end = call_program(words, order_limit);
    if (!end.is_good()) throw IoError("scancel: " + end.trouble());
}

}  // namespace espalier::sweep
