#include "scheduling.hpp"
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/config/unread.hpp>
#include <espalier/training/updates/outside_masks.hpp>

#include "arrays.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
using training::OutsideMasks;
using Tensor = py::array_t<float, py::array::c_style>;

/// Keeps the arrays of a step alive until the next: masks look at their gradients.
struct Scheduled {
    std::unique_ptr<OutsideMasks> masks;
    std::vector<Tensor> gradients;
};

OutsideMasks::Tensors spans(const std::vector<Tensor>& arrays) {
    OutsideMasks::Tensors all;
    for (const Tensor& array : arrays) all.emplace_back(array.data(), static_cast<std::size_t>(array.size()));
    return all;
}

std::vector<Pattern> patterns(const std::vector<training::OutsideLayer>& layers,
                              const std::vector<std::vector<std::uint64_t>>& flat) {
    std::vector<Pattern> all;
    for (std::size_t l = 0; l < flat.size() && l < layers.size(); ++l) {
        const std::size_t rows = layers[l].shape.at(0);
        all.push_back(Pattern::from_flat(rows, sparsity::positions(layers[l].shape) / rows, flat[l]));
    }
    return all;
}

/// Of networks that this program trains itself: whatever asks for them is refused elsewhere.
const std::vector<std::string> of_own_networks = {"method",        "parameters",          "structure",
                                                  "gradient_time", "momentum_state",      "importance_every",
                                                  "init_weights",  "skip_optimizer_step", "reset_momentum"};

/// A run would tell what it does not read; here nobody looks at a log.
void require_read(const config::Settings& settings, const config::RunConfig& resolved) {
    const std::string unread = config::unread_keys(settings, resolved);
    if (unread.empty()) return;
    std::vector<std::string> read = config::keys_read(resolved, "sparsity");
    std::erase_if(
        read, [](const std::string& key) { return std::ranges::find(of_own_networks, key) != of_own_networks.end(); });
    throw ConfigError("MaskScheduler: " + unread + "; " + resolved.sparsity.method + " reads " + join(read));
}

/// @param flat  kept positions of each layer; empty: drawn as a run would
std::unique_ptr<Scheduled> scheduled(const std::string& config, const std::vector<std::string>& names,
                                     const std::vector<std::vector<std::size_t>>& shapes, std::int64_t steps_per_epoch,
                                     const std::vector<std::vector<std::uint64_t>>& flat) {
    std::vector<training::OutsideLayer> layers;
    for (std::size_t l = 0; l < names.size(); ++l) layers.push_back({names[l], shapes.at(l)});
    const config::Settings settings = config::parse_toml(config, "settings");
    const config::RunConfig resolved = config::resolve(settings);
    require_read(settings, resolved);
    auto made = std::make_unique<Scheduled>();
    made->masks = std::make_unique<OutsideMasks>(resolved, layers, steps_per_epoch, patterns(layers, flat));
    return made;
}

py::list changes_of(const std::vector<training::LayerChange>& changes) {
    py::list list;
    for (const training::LayerChange& change : changes) list.append(py::make_tuple(change.dropped, change.grown));
    return list;
}

}  // namespace

void bind_scheduling(py::module_& module) {
    py::class_<Scheduled>(module, "OutsideMasks")
        .def(py::init(&scheduled), py::arg("config"), py::arg("names"), py::arg("shapes"), py::arg("steps_per_epoch"),
             py::arg("flat"))
        .def("wants", [](const Scheduled& s, std::int64_t step) { return s.masks->wants(step); })
        .def("is_due", [](const Scheduled& s, std::int64_t step) { return s.masks->is_due(step); })
        .def("before_step",
             [](Scheduled& s, const std::vector<Tensor>& weights, std::vector<Tensor> gradients) {
                 s.gradients = std::move(gradients);
                 const auto seen = spans(weights);
                 const auto slopes = spans(s.gradients);
                 const py::gil_scoped_release release;
                 s.masks->before_step(seen, slopes);
             })
        .def("after_step",
             [](Scheduled& s, std::int64_t step, const std::vector<Tensor>& weights) {
                 const auto seen = spans(weights);
                 const auto changes = [&] {
                     const py::gil_scoped_release release;
                     return s.masks->after_step(step, seen);
                 }();
                 return changes_of(changes);
             })
        .def("flat",
             [](const Scheduled& s, std::size_t layer) {
                 std::vector<std::int64_t> places;
                 for (const std::uint64_t place : s.masks->pattern(layer).flat())
                     places.push_back(static_cast<std::int64_t>(place));
                 return read_only(std::move(places));
             })
        .def("values",
             [](Scheduled& s, std::size_t layer) {
                 const auto values = s.masks->values(layer);
                 return read_only(std::vector<float>(values.begin(), values.end()));
             })
        .def("exploration_rate", [](const Scheduled& s) { return s.masks->exploration_rate(); })
        .def("save", [](const Scheduled& s, const std::string& file) { s.masks->save(file); })
        .def("load", [](Scheduled& s, const std::string& file) { s.masks->load(file); });
}

}  // namespace espalier::python
