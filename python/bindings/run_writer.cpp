#include "run_writer.hpp"
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <pybind11/stl.h>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/kernels/instruction_set.hpp>
#include <espalier/training/run/run_file.hpp>
#include <espalier/training/run/run_summary.hpp>
#include <espalier/training/run/starting.hpp>

#include "interruptible.hpp"
#include "network.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
namespace fs = std::filesystem;
using topology::StoredNetwork;
using training::RunFile;
using training::WriterLock;
using Cells = std::vector<std::pair<std::string, std::variant<std::int64_t, double, std::string>>>;

/// A layer of the model, as /model/layers lists it: name with number, kind, shape, sparse.
using LayerEntry = std::tuple<std::string, std::string, std::vector<std::int64_t>, bool>;

training::RunInfo info_of(const std::string& name, std::int64_t seed, const std::string& config,
                          const std::string& environment, const std::vector<LayerEntry>& layers) {
    training::RunInfo info{name, seed, ESPALIER_VERSION, config, environment, {}};
    for (const auto& [layer, kind, shape, sparse] : layers) {
        info.layers.push_back({.name = layer, .kind = kind, .shape = shape, .sparse = sparse});
    }
    return info;
}

/// The layers of a network as a snapshot has them: those with masks, and others that hold parameters.
std::vector<training::SnapshotLayer> snapshot_layers(const StoredNetwork& network) {
    std::vector<training::SnapshotLayer> layers;
    for (const topology::Layer& layer : network.topology.layers) {
        training::SnapshotLayer& added = layers.emplace_back();
        added.name = layer.name;
        added.shape = layer.shape;
        added.pattern = &layer.pattern;
        const bool has_values = layer.values.size() == layer.pattern.edges();
        if (has_values) added.values = std::span<const float>(layer.values);
    }
    for (const topology::StoredParameter& parameter : network.parameters) {
        auto found = std::ranges::find(layers, parameter.layer, &training::SnapshotLayer::name);
        if (found == layers.end()) {
            layers.push_back({.name = parameter.layer});
            found = layers.end() - 1;
        }
        found->others.emplace_back(parameter.name, parameter.values);
    }
    return layers;
}

std::vector<training::Entry> entries_of(const Cells& row) {
    std::vector<training::Entry> entries;
    for (const auto& [column, value] : row) {
        std::visit([&, &name = column](const auto& cell) { entries.push_back({name, training::Cell(cell)}); }, value);
    }
    return entries;
}

/// A run file that another program's training loop fills.
class RunWriter {
  public:
    /// A new one.
    RunWriter(const fs::path& path, const training::RunInfo& info) : file_(RunFile::create(locked(path, false), info)) {
        begin_part(0);
    }
    /// Goes on behind a step.
    RunWriter(const fs::path& path, std::int64_t step) : file_(RunFile::resume(locked(path, true), step)) {
        begin_part(step);
    }

    void append(const std::string& table, std::int64_t step, const Cells& row) {
        file_.append(table, step, entries_of(row));
        file_.publish_if_cheap();
    }

    void snapshot(std::int64_t step, const NetworkPtr& network) {
        file_.write_snapshot(step, snapshot_layers(*network));
        file_.publish_if_cheap();
    }

    void publish() { file_.publish(); }
    void finish(const std::string& status, const Cells& facts) { file_.finish(status, entries_of(facts)); }

  private:
    static WriterLock locked(const fs::path& path, bool exists) {
        WriterLock lock(path);
        if (fs::exists(path) == exists) return lock;
        throw ConfigError(path.string() +
                          (exists ? ": there is no run to go on with"
                                  : " exists; resume=True goes on with it, another path begins a new one"));
    }
    void begin_part(std::int64_t step) {
        file_.begin_part({step, kernels::to_string(kernels::instruction_set()), ESPALIER_VERSION, threads()});
        file_.publish();
    }

    RunFile file_;
};

}  // namespace

void bind_run_writer(py::module_& module) {
    const auto unlocked = py::call_guard<py::gil_scoped_release>();
    py::class_<RunWriter>(module, "RunWriter")
        .def(py::init([](const std::string& path, const std::string& name, std::int64_t seed, const std::string& config,
                         const std::string& environment, const std::vector<LayerEntry>& layers) {
                 return RunWriter(path, info_of(name, seed, config, environment, layers));
             }),
             py::arg("path"), py::arg("name"), py::arg("seed"), py::arg("config"), py::arg("environment"),
             py::arg("layers"))
        .def_static(
            "resume", [](const std::string& path, std::int64_t step) { return RunWriter(path, step); }, py::arg("path"),
            py::arg("step"))
        .def("append", &RunWriter::append, py::arg("table"), py::arg("step"), py::arg("row"), unlocked)
        .def("snapshot", &RunWriter::snapshot, py::arg("step"), py::arg("network"), unlocked)
        .def("publish", &RunWriter::publish, unlocked)
        .def("finish", &RunWriter::finish, py::arg("status"), py::arg("facts"), unlocked);
}

}  // namespace espalier::python
