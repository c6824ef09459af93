#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <espalier/base/files/record_log.hpp>
#include <espalier/training/logs/metric_table.hpp>
#include <espalier/training/run/snapshot_layer.hpp>

namespace espalier::training {

/// "runs/x/run.h5.journal", the journal of "runs/x/run.h5".
std::filesystem::path journal_file(const std::filesystem::path& run_file);

/// What a run has written since its run file was last published, as a RecordLog: each row and snapshot once,
/// compressed. With it a checkpoint need not publish the whole run file. See RunFile for how the two go together.
class RunJournal {
  public:
    /// An empty journal beside a run file.
    /// @param run  tells runs apart that were written to the same place: a journal is replayed into its own run alone
    RunJournal(const std::filesystem::path& run_file, const std::string& run) : log_(journal_file(run_file), run) {}

    /// Nothing for no rows.
    void add_rows(const std::string& table, const RowBlock& rows);
    void add_snapshot(std::int64_t step, const std::vector<SnapshotLayer>& layers);

    /// All that was added survives what may come.
    void sync() { log_.sync(); }
    /// The run file holds it all.
    void clear() { log_.clear(); }

  private:
    RecordLog log_;
};

/// A layer of a snapshot as a journal holds it.
struct JournalLayer {
    struct Array {
        std::string name;
        hdf5::Type type;
        std::vector<std::byte> bytes;
        hdf5::Values values() const;
    };
    std::string name;
    std::vector<std::size_t> shape;
    std::vector<Array> arrays;
};

/// Who takes in what a journal holds, in the order in which it was added.
struct JournalReader {
    std::function<void(const std::string& table, const RowBlock& rows)> rows;
    /// A snapshot begins, whose layers follow.
    std::function<void(std::int64_t step)> snapshot;
    std::function<void(std::int64_t step, const JournalLayer& layer)> layer;
};

/// Nothing where there is no journal of this run. What a dying process was just adding is left out.
/// @throws FormatError where a whole record is none of ours, IoError
void read_journal(const std::filesystem::path& run_file, const std::string& run, const JournalReader& reader);

}  // namespace espalier::training
