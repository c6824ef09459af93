#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

#include <espalier/base/files/files.hpp>
#include <espalier/base/formats/zero_padded.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/training/logs/event_record.hpp>
#include <espalier/training/logs/log_file.hpp>
#include <espalier/training/logs/log_formats.hpp>

namespace espalier::training {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view name_front = "events.out.tfevents.";
constexpr std::string_view name_middle = ".espalier.";
constexpr std::size_t time_digits = 10;
constexpr std::size_t part_digits = 6;

double seconds_since_1970() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

bool all_digits(std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "events.out.tfevents.1767225600.espalier.000001".
bool is_event_file(std::string_view name) {
    const std::size_t size = name_front.size() + time_digits + name_middle.size() + part_digits;
    return name.size() == size && name.starts_with(name_front) &&
           all_digits(name.substr(name_front.size(), time_digits)) &&
           name.substr(name_front.size() + time_digits, name_middle.size()) == name_middle &&
           all_digits(name.substr(size - part_digits));
}

/// Those of earlier parts of the run, in their order.
std::vector<fs::path> event_files(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code failed;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) {
        const bool is_file = entry.symlink_status(failed).type() == fs::file_type::regular;
        if (is_file && is_event_file(entry.path().filename().string())) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

std::int64_t number_of_digits(const std::string& digits) {
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

/// TensorBoard reads files in the order of their names: a part comes after those before it, whatever the clock says.
std::string name_of_part(const std::vector<fs::path>& before, double now) {
    auto time = static_cast<std::int64_t>(now);
    std::int64_t part = 0;
    if (!before.empty()) {
        const std::string last = before.back().filename().string();
        time = std::max(time, number_of_digits(last.substr(name_front.size(), time_digits)));
        part = number_of_digits(last.substr(last.size() - part_digits)) + 1;
    }
    return std::string(name_front) + zero_padded(time, time_digits) + std::string(name_middle) +
           zero_padded(part, part_digits);
}

/// Where the events up to a step end. A record that a crash has cut short is none.
std::size_t end_of_events(std::string_view file, std::int64_t last_step) {
    std::size_t end = 0;
    while (const std::optional<Record> record = read_record(file, end)) {
        if (step_of_event(record->data) > last_step) break;
        end = record->end;
    }
    return end;
}

void cut_after(const fs::path& path, std::int64_t last_step) {
    constexpr std::size_t largest = 1UL << 32;
    const std::string file = read_text(path, largest);
    try {
        const std::size_t end = end_of_events(file, last_step);
        if (end < file.size()) LogFile(path).cut(end);
    } catch (const FormatError& error) {
        throw FormatError(path.string() + ": " + error.what() + "; move it away to go on without its events");
    }
}

/// "train/loss", "validation/accuracy", "topology/density".
class TensorboardLog : public RunLog {
  public:
    explicit TensorboardLog(const fs::path& path) : file_(path) { put(version_event(seconds_since_1970())); }

    void restart(std::int64_t step) { put(restart_event(seconds_since_1970(), step)); }

    void append(const LogRow& row) override {
        const auto split = std::ranges::find(row.entries, "split", &Entry::column);
        const std::string group = split == row.entries.end() ? row.kind : std::get<std::string>(split->value);
        std::vector<std::pair<std::string, double>> values;
        for (const Entry& entry : row.entries) {
            if (entry.column == "epoch" || entry.column == "seconds") continue;
            if (entry.column == "density" && row.kind == "eval") continue;  // the same curve for each split
            if (const auto* real = std::get_if<double>(&entry.value); real != nullptr && std::isfinite(*real)) {
                values.emplace_back(group + "/" + entry.column, *real);
            }
            if (const auto* integer = std::get_if<std::int64_t>(&entry.value)) {
                values.emplace_back(group + "/" + entry.column, static_cast<double>(*integer));
            }
        }
        if (!values.empty()) put(scalars_event(seconds_since_1970(), row.step, values));
    }

    void sync() override { file_.sync(); }

  private:
    void put(const std::string& event) { file_.append(record_of(event)); }

    LogFile file_;
};

/// A part that goes on gets a file of its own, since a TensorBoard that is looking would not find its place in one that
/// has become shorter; those before lose what comes again.
std::unique_ptr<RunLog> open_tensorboard_log(const fs::path& folder, std::optional<std::int64_t> resumed_at) {
    std::vector<fs::path> before = event_files(folder);
    if (!resumed_at) {
        for (const fs::path& file : before) fs::remove(file);
        before.clear();
    }
    for (const fs::path& file : before) cut_after(file, *resumed_at);
    auto log = std::make_unique<TensorboardLog>(folder / name_of_part(before, seconds_since_1970()));
    if (resumed_at) log->restart(*resumed_at + 1);
    return log;
}

}  // namespace

LogFormat tensorboard_format() {
    return {.name = "tensorboard", .files = event_files, .check = [](const fs::path&) {}, .open = open_tensorboard_log};
}

}  // namespace espalier::training
