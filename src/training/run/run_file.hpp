#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <espalier/base/memory/stopwatch.hpp>
#include <espalier/base/patterns/pattern.hpp>
#include <espalier/topology/graph/map_graph.hpp>
#include <espalier/training/logs/metric_table.hpp>
#include <espalier/training/run/run_inputs.hpp>
#include <espalier/training/run/snapshot_layer.hpp>
#include <espalier/training/run/writer_lock.hpp>

namespace espalier::training {

/// One layer as /model/layers lists it.
struct LayerInfo {
    std::string name;  ///< "000_fc1": topology::numbered_name(position, name)
    std::string kind;
    std::vector<std::int64_t> shape;
    bool sparse = false;
    double asked_density = std::nan("");  ///< what the initial distribution says; NaN where nothing is asked
    /// Multiply-adds of a weight per sample: 1, of a convolution its output pixels; 0 without weights, and not known in
    /// files of before.
    std::int64_t uses = 0;
    /// Of networks that are no chain: names of the layers whose outputs it takes, the empty name for the network's
    /// input.
    std::optional<std::vector<std::string>> inputs = std::nullopt;
    /// The same of a layer with weights, without the layers that have none (topology::Layer::fed_by).
    std::optional<std::vector<std::string>> fed_by = std::nullopt;
    std::optional<topology::MapNode> map = std::nullopt;  ///< of networks of images the size of what it gives
    std::size_t groups = 1;                               ///< of a grouped convolution (topology::Layer::groups)
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
    std::optional<topology::MapImage> image = std::nullopt;  ///< a sample, of networks of images
};

/// Of the root of a failed run: why, in one line. Gone once the run is resumed.
inline constexpr const char* failure_attribute = "failure";

/// What a checkpoint knows of its run file, which resume() must find there.
struct ResumePoint {
    // NOLINTNEXTLINE(google-explicit-constructor): a step says where to go on, and may be all that is known
    ResumePoint(std::int64_t at) : step(at) {}
    ResumePoint(std::int64_t at, std::int64_t row_count, std::int64_t snapshot_count)
        : step(at), rows(row_count), snapshots(snapshot_count) {}

    std::int64_t step;
    std::int64_t rows = -1;       ///< of all tables together, up to that step; -1: not known
    std::int64_t snapshots = -1;  ///< up to that step
};

/// True where something that took `cost` seconds may be done again, `elapsed` seconds after the last time: it then
/// takes less than 1 % of the time.
constexpr bool is_cheap(double cost, double elapsed) {
    return cost < 0.01 * elapsed;
}

/// True where a run with a journal should publish for the sake of who looks on: the file has doubled since, and the run
/// is not yet half done, so that it will double again. All publishing of a run together then writes no more than its
/// file at the end, and with journal and work file, which hold each row and snapshot once, a run writes less than three
/// times its file.
constexpr bool has_doubled(std::uint64_t bytes, std::uint64_t published, double share_done) {
    return share_done <= 0.5 && bytes >= 2 * published;
}

/// Seconds after which a run with a journal publishes for who looks on, where that is_cheap().
constexpr double longest_unpublished = 600.0;

/// Writes run.h5 (docs/formats.md) so that at every moment, after every crash too, `path` is a whole file.
///
/// Everything goes to a work file, `path`.part, that only this process may write (WriterLock). publish() makes its
/// state visible: flush, copy, fsync, rename. Unit of atomicity: what one publish() holds. finish() publishes by
/// giving the work file the other name too. The destructor removes it; `path` stays as last published, and with status
/// "running" and no living writer is shown as "interrupted".
///
/// Publishing at each of n checkpoints writes O(n^2) bytes. After keep_journal() a checkpoint needs commit() alone,
/// and what it costs grows as what is new. Invariants, at every moment and so after every crash:
///
///  1. `path` is a whole run file; readers need nothing else.
///  2. `path` and `path`.journal together hold all rows and snapshots of the last commit(). The journal continues what
///     is published and is emptied only after the file that holds its content too has taken its place. Taking in again
///     what a file has already changes nothing: rows know their place in the table, a snapshot replaces itself.
///  3. A checkpoint is saved after the commit() of its rows, and says how many there are: resume() finds them or
///     refuses.
///  4. A byte of the journal is written once. The file is published where it has_doubled(), where that
///     is_cheap() and `longest_unpublished` have gone by, and at the end: O(n) bytes together.
///
/// Two runs that write the same leave equal datasets. Every function throws IoError naming the file where the system
/// refuses (disk full); after that only destruction makes sense. A program that wants an error instead of a signal at a
/// file size limit ignores SIGXFSZ.
class RunFile {
  public:
    /// A new run, published at once; the run file of the lock is replaced by that, where there is one.
    /// @param obsolete files of the run that is replaced (its checkpoint), removed before the new one is published
    /// @param clock    what publish_if_cheap() decides by
    static RunFile create(WriterLock lock, const RunInfo& info, const std::vector<std::filesystem::path>& obsolete = {},
                          const SecondsClock& clock = steady_seconds);

    /// Goes on from the published file and its journal, cut back to what they held at a step: rows and snapshots of
    /// later steps go. Never uses a work file that a dead process left. To resume exactly, commit() before saving a
    /// checkpoint, and save it after all rows and snapshots of its step.
    /// @throws FormatError where rows or snapshots that the point knows of are not there
    static RunFile resume(WriterLock lock, const ResumePoint& from, const SecondsClock& clock = steady_seconds);

    RunFile(RunFile&&) noexcept;
    RunFile& operator=(RunFile&&) noexcept;
    ~RunFile();

    /// /model/inputs, as training/run/run_inputs.hpp has it; seen with the next publish().
    void keep_inputs(const RunInputs& inputs);

    /// A row of /parts, in the place of those that began here or later: nothing is left of what they did.
    void begin_part(const RunPart& part);

    /// One row of `/metrics/<table>` ("train", "eval", "topology", "tickets"); the column `step` comes first. See
    /// MetricTable. Steps never decrease. Amortised O(entries); kept in memory up to 1024 rows or until publish().
    void append(const std::string& table, std::int64_t step, const std::vector<Entry>& row);

    /// `/snapshots/<step, 9 digits>/<name>`; replaces a snapshot of that step. 0 <= step < 10^9.
    void write_snapshot(std::int64_t step, const std::vector<SnapshotLayer>& layers);

    void publish();
    /// publish() where that is_cheap(), with a journal after `longest_unpublished` alone; whether it did.
    bool publish_if_cheap();

    /// From now on commit() need not publish. For who has not written anything yet.
    void keep_journal();
    /// All that was written so far will be found by resume(): by publish() where there is no journal or it is time to,
    /// else by the journal.
    /// @param share_done  of the run
    void commit(double share_done);

    /// Of all tables together.
    std::int64_t rows() const;
    /// Steps of the snapshots, ascending. O(snapshots).
    std::vector<std::int64_t> snapshot_steps() const;

    /// Status "finished", "interrupted" or "failed", further attributes of the root, and published for the last time;
    /// work file and journal are gone. Nothing can be written afterwards.
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
