#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/training/logs/log_formats.hpp>
#include <espalier/training/logs/run_log.hpp>

namespace espalier::training {

const std::vector<std::string>& log_columns() {
    static const std::vector<std::string> names = {"step",          "epoch",   "kind",
                                                   "split",         "loss",    "accuracy",
                                                   "learning_rate", "density", "backward_density",
                                                   "dropped",       "grown",   "exploration_rate",
                                                   "weights",       "seconds", "dormant_before",
                                                   "dormant_after", "reason"};
    return names;
}

namespace {

const LogFormat& format_of(std::string_view name) {
    const auto format = std::ranges::find(log_formats(), name, &LogFormat::name);
    if (format == log_formats().end()) throw ConfigError("there is no format of logs '" + excerpt(name) + "'");
    return *format;
}

}  // namespace

const std::vector<LogFormat>& log_formats() {
    static const std::vector<LogFormat> formats = {jsonl_format(), csv_format(), tensorboard_format()};
    return formats;
}

std::vector<std::filesystem::path> log_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> all;
    for (const LogFormat& format : log_formats()) {
        const std::vector<std::filesystem::path> files = format.files(folder);
        all.insert(all.end(), files.begin(), files.end());
    }
    return all;
}

void check_logs(const std::vector<std::string>& names, const std::filesystem::path& folder) {
    for (const std::string& name : names) format_of(name).check(folder);
}

RunLogs::RunLogs(const std::vector<std::string>& names, const std::filesystem::path& folder,
                 std::optional<std::int64_t> resumed_at, std::function<double()> seconds)
    : seconds_(std::move(seconds)) {
    for (const std::string& name : names) logs_.push_back(format_of(name).open(folder, resumed_at));
}

void RunLogs::append(LogRow row) {
    if (logs_.empty()) return;
    row.entries.push_back({"seconds", seconds_()});
    for (const auto& log : logs_) log->append(row);
}

void RunLogs::sync() {
    for (const auto& log : logs_) log->sync();
}

}  // namespace espalier::training
