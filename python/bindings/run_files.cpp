#include "run_files.hpp"
#include <string>
#include <vector>

#include <pybind11/stl.h>

#include <espalier/topology/files/topology_file.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "arrays.hpp"
#include "errors.hpp"
#include "interruptible.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
using training::RunSummary;

/// A column as a read-only array; text as a list, of which Python makes one.
py::object array_of(const training::Column& column) {
    if (const auto* texts = std::get_if<std::vector<std::string>>(&column)) {
        py::list list;
        for (const std::string& one : *texts) list.append(text(one));
        return list;
    }
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&column)) return read_only(*integers);
    return read_only(std::get<std::vector<double>>(column));
}

py::dict tables_of(const RunSummary& run) {
    py::dict tables;
    for (const auto& [name, columns] : run.metrics) {
        py::dict table;
        for (const auto& [column, values] : columns) table[text(column)] = array_of(values);
        tables[text(name)] = table;
    }
    return tables;
}

py::object value_of(const hdf5::Attribute& attribute) {
    if (const auto* bytes = std::get_if<std::string>(&attribute)) return text(*bytes);
    return std::visit([](const auto& value) -> py::object { return py::cast(value); }, attribute);
}

py::list layers_of(const RunSummary& run) {
    py::list layers;
    for (const training::LayerInfo& layer : run.info.layers) {
        py::dict one;
        one["name"] = text(layer.name);
        one["kind"] = text(layer.kind);
        one["shape"] = layer.shape;
        one["sparse"] = layer.sparse;
        one["asked_density"] = layer.asked_density;
        layers.append(one);
    }
    return layers;
}

py::list parts_of(const RunSummary& run) {
    py::list parts;
    for (const training::RunPart& part : run.parts) {
        py::dict one;
        one["step"] = part.step;
        one["instruction_set"] = text(part.instruction_set);
        one["version"] = text(part.version);
        one["threads"] = part.threads;
        one["created"] = text(part.created);
        parts.append(one);
    }
    return parts;
}

py::dict read_run(const std::string& path) {
    const RunSummary run = interruptible([&] { return training::read_run_summary(path); });
    py::dict found;
    found["name"] = text(run.info.name);
    found["seed"] = run.info.seed;
    found["version"] = text(run.info.espalier_version);
    found["environment"] = text(run.info.environment);
    found["config"] = text(run.info.config);
    found["created"] = text(run.created);
    found["status"] = run.status;
    py::dict results;
    for (const auto& [name, value] : run.results) results[text(name)] = value_of(value);
    found["results"] = results;
    found["snapshots"] = run.snapshots;
    found["layers"] = layers_of(run);
    found["parts"] = parts_of(run);
    found["tables"] = tables_of(run);
    return found;
}

}  // namespace

void bind_run_files(py::module_& module) {
    module.def("read_run", read_run, py::arg("path"));
    module.def(
        "is_run_file",
        [](const std::string& path) { return interruptible([&] { return topology::is_run_file(path); }); },
        py::arg("path"));
}

}  // namespace espalier::python
