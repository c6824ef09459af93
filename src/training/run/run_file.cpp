#include <array>
#include <ctime>
#include <map>
#include <optional>

#include <espalier/base/files/files.hpp>
#include <espalier/base/formats/zero_padded.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/map_attributes.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/training/run/run_file.hpp>
#include <espalier/training/run/run_journal.hpp>
#include <espalier/training/run/run_summary.hpp>

namespace espalier::training {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t step_limit = 1'000'000'000;
constexpr std::size_t rows_in_memory = 1024;

/// ISO 8601, UTC: "2026-01-31T12:00:00Z".
std::string now_text() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

std::string snapshot_label(std::int64_t step) {
    if (step < 0 || step >= step_limit) {
        throw FormatError("step " + std::to_string(step) + ": a snapshot's step has at most nine digits");
    }
    return zero_padded(step, 9);
}

void write_info(hdf5::Group& root, const RunInfo& info) {
    root.set_attribute("format", std::string("espalier.run"));
    root.set_attribute("format_version", std::int64_t{1});
    root.set_attribute("espalier_version", info.espalier_version);
    root.set_attribute("name", info.name);
    root.set_attribute("seed", info.seed);
    root.set_attribute("created", now_text());
    root.set_attribute("status", std::string("running"));
    root.set_attribute("config", info.config);
    root.set_attribute("environment", info.environment);
    hdf5::Group model = root.create_group("model");
    if (info.image) topology::write_map_input(model, *info.image);
    hdf5::Group layers = model.create_group("layers");
    for (const LayerInfo& layer : info.layers) {
        hdf5::Group group = layers.create_group(layer.name);
        group.set_attribute("kind", layer.kind);
        group.set_attribute("shape", layer.shape);
        group.set_attribute("sparse", std::int64_t{layer.sparse});
        if (!std::isnan(layer.asked_density)) group.set_attribute("asked_density", layer.asked_density);
        if (layer.uses > 0) group.set_attribute("uses", layer.uses);
        if (layer.inputs) group.set_attribute("inputs", join(*layer.inputs, "\n"));
        topology::write_fed_by(group, layer.fed_by);
        topology::write_groups(group, layer.groups);
        if (layer.map) topology::write_map(group, *layer.map);
    }
    root.create_group("metrics");
    root.create_group("snapshots");
}

/// A new group for a snapshot, in place of one of that step.
hdf5::Group new_snapshot(hdf5::Group snapshots, std::int64_t step) {
    const std::string label = snapshot_label(step);
    if (snapshots.exists(label)) snapshots.unlink(label);
    return snapshots.create_group(label);
}

void write_layer(hdf5::Group& snapshot, const JournalLayer& layer) {
    hdf5::Group group = snapshot.create_group(layer.name);
    if (!layer.shape.empty()) topology::write_shape(group, layer.shape);
    for (const JournalLayer::Array& array : layer.arrays) group.write(array.name, array.values());
}

void remove_later_snapshots(hdf5::Group snapshots, std::int64_t step) {
    const std::string last = snapshot_label(step);
    for (const std::string& label : snapshots.children()) {
        if (label > last) snapshots.unlink(label);
    }
}

std::map<std::string, MetricTable> open_tables(const hdf5::Group& metrics, std::int64_t step) {
    std::map<std::string, MetricTable> tables;
    for (const std::string& name : metrics.children()) tables.emplace(name, MetricTable(metrics.group(name), step));
    return tables;
}

/// The work file, filled with a copy of the published one; its inode, and with it the lock, stays.
void copy_to_work_file(const fs::path& path) {
    std::error_code failed;
    fs::copy_file(path, work_file(path), fs::copy_options::overwrite_existing, failed);
    if (failed)
        throw IoError("cannot copy " + path.string() + " to " + work_file(path).string() + ": " + failed.message());
}

}  // namespace

/// The lock is taken first and given back last.
struct RunFile::Work {
    fs::path path;
    std::optional<WriterLock> lock;
    hdf5::File file;
    std::map<std::string, MetricTable> tables{};
    std::unique_ptr<RunJournal> journal{};
    std::uint64_t published_bytes = 0;
    bool is_beyond_journal = false;  // something was written since the last publish() that no journal holds
    SecondsClock clock;
    double published;
    double last_publish = 0.0;
    double all_publishes = 0.0;

    Work(WriterLock held, hdf5::File opened, SecondsClock seconds)
        : path(held.run_file()),
          lock(std::move(held)),
          file(std::move(opened)),
          clock(std::move(seconds)),
          published(clock()) {}

    static std::unique_ptr<Work> empty(WriterLock lock, const SecondsClock& clock) {
        const fs::path path = lock.run_file();
        remove_stale_temporaries(path, MadeOn::any);
        return std::make_unique<Work>(std::move(lock), hdf5::File::create(work_file(path)), clock);
    }
    static std::unique_ptr<Work> copied(WriterLock lock, const SecondsClock& clock) {
        const fs::path path = lock.run_file();
        read_run_summary(path);  // before anything is written: a damaged file is nothing to resume
        remove_stale_temporaries(path, MadeOn::any);
        copy_to_work_file(path);
        return std::make_unique<Work>(std::move(lock), hdf5::File::open_for_writing(work_file(path)), clock);
    }

    hdf5::Group snapshots() { return file.root().group("snapshots"); }

    void keep_rows() {
        for (auto& [name, table] : tables) journal->add_rows(name, table.take_new());
    }

    /// A table without a row has no group: readers may look for its column of steps there.
    void write_table(const std::string& name, MetricTable& table) {
        if (table.waiting() == 0) return;
        hdf5::Group group = file.root().group("metrics").group_or_create(name);
        table.write_to(group);
    }

    void write_rows(const std::string& name, MetricTable& table) {
        if (journal) journal->add_rows(name, table.take_new());
        write_table(name, table);
    }

    void write_part(const RunPart& part) {
        hdf5::Group group = file.root().group_or_create("parts");
        const bool has_others = group.exists("step");
        MetricTable parts = has_others ? MetricTable(group, part.step - 1) : MetricTable();
        parts.append(part.step, {{"instruction_set", part.instruction_set},
                                 {"version", part.version},
                                 {"threads", part.threads},
                                 {"created", now_text()}});
        parts.write_to(group);
    }

    void flush() {
        for (auto& [name, table] : tables) write_table(name, table);
        file.flush();
    }

    void publish() {
        const double begin = clock();
        lock->require_held();
        flush();
        publish_copy(work_file(path), path);
        if (journal) journal->clear();
        is_beyond_journal = false;
        std::error_code unknown;
        published_bytes = fs::file_size(path, unknown);
        published = clock();
        last_publish = published - begin;
        all_publishes += last_publish;
    }

    bool is_cheap_now() const {
        const double elapsed = clock() - published;
        return is_cheap(last_publish, elapsed) && (!journal || elapsed >= longest_unpublished);
    }

    bool is_time_to_publish(double share_done) const {
        return is_beyond_journal || has_doubled(file.size(), published_bytes, share_done) || is_cheap_now();
    }

    std::int64_t rows() const {
        std::size_t sum = 0;
        for (const auto& [name, table] : tables) sum += table.rows();
        return static_cast<std::int64_t>(sum);
    }

    /// What the journal has beyond the published file, up to a step.
    void replay(std::int64_t step) {
        std::optional<hdf5::Group> snapshot;
        read_journal(path, created(),
                     {.rows = [&](const std::string& table, const RowBlock& rows) { tables[table].add(rows, step); },
                      .snapshot =
                          [&](std::int64_t begins) {
                              snapshot.reset();
                              if (begins <= step) snapshot.emplace(new_snapshot(snapshots(), begins));
                          },
                      .layer =
                          [&](std::int64_t, const JournalLayer& layer) {
                              if (snapshot) write_layer(*snapshot, layer);
                          }});
    }

    std::string created() { return file.root().attribute_as<std::string>("created"); }

    void require(const ResumePoint& point) {
        const std::int64_t found = rows();
        const auto held = static_cast<std::int64_t>(snapshots().children().size());
        if ((point.rows < 0 || point.rows == found) && (point.snapshots < 0 || point.snapshots == held)) return;
        throw FormatError(path.string() + ": holds " + std::to_string(found) + " rows of metrics and " +
                          std::to_string(held) + " snapshots up to step " + std::to_string(point.step) +
                          ", its checkpoint knows of " + std::to_string(point.rows) + " and " +
                          std::to_string(point.snapshots) + "; copy " + journal_file(path).filename().string() +
                          " along, or start again with --force");
    }
};

RunFile::RunFile(std::unique_ptr<Work> work) : work_(std::move(work)) {}
RunFile::RunFile(RunFile&&) noexcept = default;
RunFile& RunFile::operator=(RunFile&&) noexcept = default;
RunFile::~RunFile() = default;

RunFile RunFile::create(WriterLock lock, const RunInfo& info, const std::vector<fs::path>& obsolete,
                        const SecondsClock& clock) {
    RunFile run(Work::empty(std::move(lock), clock));
    std::error_code ignored;
    for (const fs::path& file : obsolete) fs::remove(file, ignored);
    fs::remove(journal_file(run.path()), ignored);
    hdf5::Group root = run.work_->file.root();
    write_info(root, info);
    run.publish();
    return run;
}

RunFile RunFile::resume(WriterLock lock, const ResumePoint& point, const SecondsClock& clock) {
    RunFile run(Work::copied(std::move(lock), clock));
    hdf5::Group root = run.work_->file.root();
    run.work_->tables = open_tables(root.group("metrics"), point.step);
    remove_later_snapshots(root.group("snapshots"), point.step);
    run.work_->replay(point.step);
    run.work_->require(point);
    root.set_attribute("status", std::string("running"));
    root.remove_attribute(failure_attribute);
    run.publish();
    std::error_code ignored;
    fs::remove(journal_file(run.path()), ignored);
    return run;
}

void RunFile::keep_inputs(const RunInputs& inputs) {
    training::keep_inputs(work_->file.root().group("model"), inputs);
    work_->is_beyond_journal = true;
}

void RunFile::begin_part(const RunPart& part) {
    work_->write_part(part);
    work_->is_beyond_journal = true;
}

void RunFile::append(const std::string& table, std::int64_t step, const std::vector<Entry>& row) {
    MetricTable& rows = work_->tables[table];
    rows.append(step, row);
    if (rows.waiting() >= rows_in_memory) work_->write_rows(table, rows);
}

void RunFile::write_snapshot(std::int64_t step, const std::vector<SnapshotLayer>& layers) {
    hdf5::Group snapshot = new_snapshot(work_->snapshots(), step);
    for (const SnapshotLayer& layer : layers) write_layer(snapshot, layer);
    if (work_->journal) work_->journal->add_snapshot(step, layers);
}

void RunFile::publish() {
    work_->publish();
}

bool RunFile::publish_if_cheap() {
    if (!work_->is_cheap_now()) return false;
    publish();
    return true;
}

void RunFile::keep_journal() {
    work_->journal = std::make_unique<RunJournal>(path(), work_->created());
}

void RunFile::commit(double share_done) {
    if (!work_->journal || work_->is_time_to_publish(share_done)) return publish();
    work_->lock->require_held();
    work_->keep_rows();
    work_->journal->sync();
}

void RunFile::finish(const std::string& status, const std::vector<Entry>& attributes) {
    work_->lock->require_held();
    {
        hdf5::Group root = work_->file.root();
        root.set_attribute("status", status);
        for (const Entry& entry : attributes) {
            std::visit([&](const auto& value) { root.set_attribute(entry.column, value); }, entry.value);
        }
    }
    work_->flush();
    work_->file.close();
    publish_linked(work_file(path()), path());
    std::error_code ignored;
    fs::remove(journal_file(path()), ignored);
    work_->journal.reset();
    work_->lock.reset();
}

std::int64_t RunFile::rows() const {
    return work_->rows();
}

std::vector<std::int64_t> RunFile::snapshot_steps() const {
    std::vector<std::int64_t> steps;
    for (const std::string& label : work_->snapshots().children()) steps.push_back(std::stoll(label));
    return steps;
}

double RunFile::publish_seconds() const {
    return work_->all_publishes;
}

const fs::path& RunFile::path() const {
    return work_->path;
}

}  // namespace espalier::training
