#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <espalier/base/pattern.hpp>
#include <espalier/base/stopwatch.hpp>
#include <espalier/training/metric_table.hpp>
#include <espalier/training/run_inputs.hpp>

namespace espalier::training {

/// One layer as /model/layers lists it.
struct LayerInfo {
    std::string name;  ///< "000_fc1": topology::numbered_name(position, name)
    std::string kind;
    std::vector<std::int64_t> shape;
    bool sparse = false;
    double asked_density = std::nan("");  ///< what the initial distribution says; NaN where nothing is asked
};

/// What went on with a run from a step on: the start, and every time it was resumed.
struct RunPart {
    std::int64_t step = 0;        ///< the first of its own comes after this one
    std::string instruction_set;  ///< that the numbers after it depend on
    std::string version;
    std::int64_t threads = 0;
    std::string created{};  ///< ISO 8601, UTC; the file's own clock where it is written
};

struct RunInfo {
    std::string name;
    std::int64_t seed = 0;
    std::string espalier_version;
    std::string config;       ///< the resolved TOML, at most 64 KB
    std::string environment;  ///< instruction set, libraries, threads
    std::vector<LayerInfo> layers;
};

/// One layer in a snapshot: views, read while write_snapshot() runs.
struct SnapshotLayer {
    std::string name;                                ///< as in LayerInfo
    std::vector<std::size_t> shape;                  ///< [out, in] or [out, in, kh, kw]; may be empty without a pattern
    const Pattern* pattern = nullptr;                ///< null: no maskable weights
    std::optional<std::span<const float>> values{};  ///< one an edge; none where snapshots.weights = false
    std::vector<std::pair<std::string, std::span<const float>>> others{};  ///< bias, running_mean, ...
};

/// True where something that took `cost` seconds may be done again, `elapsed` seconds after the last time: it then
/// takes less than 1 % of the time.
constexpr bool is_cheap(double cost, double elapsed) {
    return cost < 0.01 * elapsed;
}

/// Writes run.h5 (docs/formats.md) so that at every moment, after every crash too, `path` is a whole file.
///
/// Everything goes to a work file, `path`.part, that only this process may write (WriterLock). publish() makes its
/// state visible: flush, copy, fsync, rename. Unit of atomicity: what one publish() holds. The destructor removes the
/// work file; `path` stays as last published, and with status "running" and no living writer is shown as "interrupted".
///
/// Two runs that write the same leave equal datasets. Every function throws IoError naming the file where the system
/// refuses (disk full); after that only destruction makes sense. A program that wants an error instead of a signal at a
/// file size limit ignores SIGXFSZ.
class RunFile {
  public:
    /// A new run, published at once; a run file at `path` is replaced by that.
    /// @param obsolete files of the run that is replaced (its checkpoint), removed before the new one is published
    /// @param clock    what publish_if_cheap() decides by
    /// @throws IoError where another process writes this run; nothing has been touched then
    static RunFile create(const std::filesystem::path& path, const RunInfo& info,
                          const std::vector<std::filesystem::path>& obsolete = {},
                          const SecondsClock& clock = steady_seconds);

    /// Goes on from the published file, cut back to what it held at a step: rows and snapshots of later steps go. Never
    /// uses a work file that a dead process left. `step` is asked once this process is the only writer, so that it can
    /// read the checkpoint. To resume exactly, publish() before saving a checkpoint, and save it after all rows and
    /// snapshots of its step.
    static RunFile resume(const std::filesystem::path& path, const std::function<std::int64_t()>& step,
                          const SecondsClock& clock = steady_seconds);

    RunFile(RunFile&&) noexcept;
    RunFile& operator=(RunFile&&) noexcept;
    ~RunFile();

    /// /model/inputs, as training/run_inputs.hpp has it; seen with the next publish().
    void keep_inputs(const RunInputs& inputs);

    /// A row of /parts, in the place of those that began here or later: nothing is left of what they did.
    void begin_part(const RunPart& part);

    /// One row of /metrics/<table> ("train", "eval", "topology", "tickets"); the column `step` comes first. See
    /// MetricTable. Steps never decrease. Amortised O(entries); kept in memory up to 1024 rows or until publish().
    void append(const std::string& table, std::int64_t step, const std::vector<Entry>& row);

    /// /snapshots/<step, 9 digits>/<name>; replaces a snapshot of that step. 0 <= step < 10^9.
    void write_snapshot(std::int64_t step, const std::vector<SnapshotLayer>& layers);

    void publish();
    /// publish() where that is_cheap(); whether it did.
    bool publish_if_cheap();

    /// Status "finished", "interrupted" or "failed", further attributes of the root, a last publish(); the work file
    /// is removed. Nothing can be written afterwards.
    void finish(const std::string& status, const std::vector<Entry>& attributes = {});

    /// Seconds spent in publish() so far.
    double publish_seconds() const;
    const std::filesystem::path& path() const;

  private:
    struct Work;
    explicit RunFile(std::unique_ptr<Work> work);
    std::unique_ptr<Work> work_;
};

}  // namespace espalier::training
