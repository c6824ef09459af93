#include <array>
#include <ctime>
#include <map>

#include <espalier/base/error.hpp>
#include <espalier/base/files.hpp>
#include <espalier/base/zero_padded.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/training/run_file.hpp>
#include <espalier/training/run_summary.hpp>
#include <espalier/training/writer_lock.hpp>

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
    hdf5::Group layers = root.create_group("model").create_group("layers");
    for (const LayerInfo& layer : info.layers) {
        hdf5::Group group = layers.create_group(layer.name);
        group.set_attribute("kind", layer.kind);
        group.set_attribute("shape", layer.shape);
        group.set_attribute("sparse", std::int64_t{layer.sparse});
        if (!std::isnan(layer.asked_density)) group.set_attribute("asked_density", layer.asked_density);
    }
    root.create_group("metrics");
    root.create_group("snapshots");
}

void write_layer(hdf5::Group& snapshot, const SnapshotLayer& layer) {
    hdf5::Group group = snapshot.create_group(layer.name);
    if (layer.pattern != nullptr) {
        topology::write_mask(group, layer.shape, *layer.pattern, layer.values);
    } else if (!layer.shape.empty()) {
        topology::write_shape(group, layer.shape);
    }
    for (const auto& [name, values] : layer.others) group.write(name, values);
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
    std::unique_ptr<WriterLock> lock;
    hdf5::File file;
    std::map<std::string, MetricTable> tables{};
    SecondsClock clock;
    double published;
    double last_publish = 0.0;
    double all_publishes = 0.0;

    Work(fs::path run_file, std::unique_ptr<WriterLock> held, hdf5::File opened, SecondsClock seconds)
        : path(std::move(run_file)),
          lock(std::move(held)),
          file(std::move(opened)),
          clock(std::move(seconds)),
          published(clock()) {}

    static std::unique_ptr<Work> empty(const fs::path& path, const SecondsClock& clock) {
        auto lock = std::make_unique<WriterLock>(path);
        remove_stale_temporaries(path);
        return std::make_unique<Work>(path, std::move(lock), hdf5::File::create(work_file(path)), clock);
    }
    static std::unique_ptr<Work> copied(const fs::path& path, const SecondsClock& clock) {
        read_run_summary(path);  // before anything is written: a damaged file is nothing to resume
        auto lock = std::make_unique<WriterLock>(path);
        remove_stale_temporaries(path);
        copy_to_work_file(path);
        return std::make_unique<Work>(path, std::move(lock), hdf5::File::open_for_writing(work_file(path)), clock);
    }

    void write_rows(const std::string& name, MetricTable& table) {
        hdf5::Group group = file.root().group("metrics").group_or_create(name);
        table.write_to(group);
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

    void publish() {
        const double begin = clock();
        for (auto& [name, table] : tables) write_rows(name, table);
        file.flush();
        publish_copy(work_file(path), path);
        published = clock();
        last_publish = published - begin;
        all_publishes += last_publish;
    }
};

RunFile::RunFile(std::unique_ptr<Work> work) : work_(std::move(work)) {}
RunFile::RunFile(RunFile&&) noexcept = default;
RunFile& RunFile::operator=(RunFile&&) noexcept = default;
RunFile::~RunFile() = default;

RunFile RunFile::create(const fs::path& path, const RunInfo& info, const std::vector<fs::path>& obsolete,
                        const SecondsClock& clock) {
    RunFile run(Work::empty(path, clock));
    std::error_code ignored;
    for (const fs::path& file : obsolete) fs::remove(file, ignored);
    hdf5::Group root = run.work_->file.root();
    write_info(root, info);
    run.publish();
    return run;
}

RunFile RunFile::resume(const fs::path& path, const std::function<std::int64_t()>& step_of_checkpoint,
                        const SecondsClock& clock) {
    RunFile run(Work::copied(path, clock));
    const std::int64_t step = step_of_checkpoint();
    hdf5::Group root = run.work_->file.root();
    run.work_->tables = open_tables(root.group("metrics"), step);
    remove_later_snapshots(root.group("snapshots"), step);
    root.set_attribute("status", std::string("running"));
    run.publish();
    return run;
}

void RunFile::keep_inputs(const RunInputs& inputs) {
    training::keep_inputs(work_->file.root().group("model"), inputs);
}

void RunFile::begin_part(const RunPart& part) {
    work_->write_part(part);
}

void RunFile::append(const std::string& table, std::int64_t step, const std::vector<Entry>& row) {
    MetricTable& rows = work_->tables[table];
    rows.append(step, row);
    if (rows.waiting() >= rows_in_memory) work_->write_rows(table, rows);
}

void RunFile::write_snapshot(std::int64_t step, const std::vector<SnapshotLayer>& layers) {
    const std::string label = snapshot_label(step);
    hdf5::Group snapshots = work_->file.root().group("snapshots");
    if (snapshots.exists(label)) snapshots.unlink(label);
    hdf5::Group snapshot = snapshots.create_group(label);
    for (const SnapshotLayer& layer : layers) write_layer(snapshot, layer);
}

void RunFile::publish() {
    work_->publish();
}

bool RunFile::publish_if_cheap() {
    if (!is_cheap(work_->last_publish, work_->clock() - work_->published)) return false;
    publish();
    return true;
}

void RunFile::finish(const std::string& status, const std::vector<Entry>& attributes) {
    {
        hdf5::Group root = work_->file.root();
        root.set_attribute("status", status);
        for (const Entry& entry : attributes) {
            std::visit([&](const auto& value) { root.set_attribute(entry.column, value); }, entry.value);
        }
    }
    publish();
    work_->file.close();
    work_->lock.reset();
}

double RunFile::publish_seconds() const {
    return work_->all_publishes;
}

const fs::path& RunFile::path() const {
    return work_->path;
}

}  // namespace espalier::training
