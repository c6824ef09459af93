#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <espalier/training/logs/metric_table.hpp>

/// What other tools watch a run by: files beside run.h5 that grow row by row (docs/formats.md, "Logs").
namespace espalier::training {

/// One thing that was measured. Entries have names of log_columns(); a number that is not finite is undefined, and
/// `reasons` says why, by the entry's name.
struct LogRow {
    std::string kind;  ///< "train" (an epoch), "eval" or "topology" (an update, or the start)
    std::int64_t step = 0;
    std::vector<Entry> entries;
    std::vector<std::pair<std::string, std::string>> reasons{};
};

/// Names of the columns of a log as a table, in order, `step` first and `reason` last. Not every row has all.
const std::vector<std::string>& log_columns();

/// A log that is being written. Rows are flushed one by one, so that a crash loses at most the last; their steps never
/// decrease.
class RunLog {
  public:
    RunLog() = default;
    RunLog(const RunLog&) = delete;
    RunLog& operator=(const RunLog&) = delete;
    virtual ~RunLog() = default;

    /// @throws IoError naming the file, as sync() does
    virtual void append(const LogRow& row) = 0;
    virtual void sync() = 0;
};

/// One format of logs; a new one is a source file with this and a line of log_formats().
struct LogFormat {
    std::string name;  ///< in training.log

    /// Files in a run's folder that a log of this format has left there: those it would have written itself.
    std::vector<std::filesystem::path> (*files)(const std::filesystem::path& folder);

    /// Whether a new log can begin there, before anything is touched.
    /// @throws ConfigError where a file that is no log stands in its place
    void (*check)(const std::filesystem::path& folder);

    /// A new log, or one that goes on behind the rows of a step: later ones are cut off, so that no row is there twice
    /// and, since checkpoints are written after the rows of their step, none is missing.
    /// @throws FormatError where the log that is to go on is damaged; the message says what to do
    std::unique_ptr<RunLog> (*open)(const std::filesystem::path& folder, std::optional<std::int64_t> resumed_at);
};

const std::vector<LogFormat>& log_formats();

/// Those of all formats: what a run that is replaced takes with it.
std::vector<std::filesystem::path> log_files(const std::filesystem::path& folder);

/// See LogFormat::check.
/// @param names  of log_formats()
void check_logs(const std::vector<std::string>& names, const std::filesystem::path& folder);

/// The logs of one run.
class RunLogs {
  public:
    /// @param names    of log_formats()
    /// @param seconds  of the run so far; a column of every row
    RunLogs(const std::vector<std::string>& names, const std::filesystem::path& folder,
            std::optional<std::int64_t> resumed_at, std::function<double()> seconds);

    void append(LogRow row);
    void sync();

  private:
    std::vector<std::unique_ptr<RunLog>> logs_;
    std::function<double()> seconds_;
};

}  // namespace espalier::training
