#include "measures.hpp"
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <pybind11/stl.h>

#include <espalier/report/measurement.hpp>
#include <espalier/report/measurement_text.hpp>
#include <espalier/report/metric_settings.hpp>
#include <espalier/topology/distance/distance_matrix.hpp>
#include <espalier/topology/distance/nnstd.hpp>
#include <espalier/topology/distance/nnstd_joint.hpp>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "json_values.hpp"
#include "network.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
using topology::DistanceMatrix;
using topology::LayerMatch;
using topology::Topology;
using Names = std::vector<std::string>;
using Networks = std::vector<NetworkPtr>;

/// The network without its edges: what is printed of it beside the measurements.
Topology outline(const Topology& topology) {
    Topology outlined{topology.label, {}};
    for (const topology::Layer& layer : topology.layers) {
        outlined.layers.push_back(
            {layer.name, layer.shape, Pattern::empty(layer.pattern.rows(), layer.pattern.cols()), {}});
    }
    return outlined;
}

py::object measured_json(const std::vector<report::Measured>& all) {
    report::Json list = report::Json::array();
    for (const report::Measured& measured : all) list.push_back(report::to_json(measured));
    return python_of(list);
}

py::object metrics(const Networks& networks, const Names& names, const Names& settings, std::size_t null_samples,
                   std::uint64_t null_seed, std::uint64_t null_swaps, int threads) {
    const ThreadsScope scope(threads);
    const report::Wanted wanted = report::chosen(names, settings);
    const std::vector<const Topology*> topologies = topologies_of(networks);
    const topology::NullModelOptions null{.samples = null_samples, .seed = null_seed, .swaps = null_swaps};
    const auto all = interruptible([&] {
        std::vector<report::Results> results = report::results_of(topologies, wanted);
        std::vector<report::Measured> measured;
        for (std::size_t k = 0; k < topologies.size(); ++k) {
            if (null_samples > 0) report::compare_with_null(*topologies[k], results[k], wanted, names, null);
            measured.push_back({outline(*topologies[k]), std::move(results[k])});
        }
        return measured;
    });
    return measured_json(all);
}

py::object series_metrics(const Names& paths, const Names& names, const Names& settings, std::size_t null_samples,
                          std::uint64_t null_seed, std::uint64_t null_swaps, const std::string& conv, int threads) {
    const ThreadsScope scope(threads);
    const report::Wanted wanted = report::chosen(names, settings);
    const topology::ConvMapping mapping = topology::parse_conv_mapping(conv);
    const topology::MaskFileOptions reading{.weights = topology::WeightCheck::report};
    const topology::NullModelOptions null{.samples = null_samples, .seed = null_seed, .swaps = null_swaps};
    return measured_json(interruptible([&] {
        std::vector<report::Measured> measured = report::measure_series(paths, reading, mapping, wanted);
        for (report::Measured& one : measured) {
            if (null_samples > 0) report::compare_with_null(one.topology, one.results, wanted, names, null);
        }
        return measured;
    }));
}

py::array squares(const std::vector<DistanceMatrix::Square>& layers, std::size_t side) {
    const auto count = static_cast<py::ssize_t>(layers.size());
    const auto edge = static_cast<py::ssize_t>(side);
    py::array_t<double> array({count, edge, edge});
    double* to = array.mutable_data();
    for (const DistanceMatrix::Square& square : layers) {
        for (const std::vector<double>& row : square) to = std::copy(row.begin(), row.end(), to);
    }
    return array;
}

py::dict distances(const Networks& networks, const std::string& metric, const Names& settings, int threads) {
    const ThreadsScope scope(threads);
    const std::vector<const topology::Distance*> wanted = {&topology::find_distance(metric)};
    const topology::Settings chosen = report::settings_for(wanted, settings).front();
    const std::vector<const Topology*> topologies = topologies_of(networks);
    const DistanceMatrix matrix =
        interruptible([&] { return topology::distance_matrix(*wanted.front(), chosen, topologies); });
    const std::size_t side = matrix.topologies.size();
    py::dict found;
    found["metric"] = matrix.metric;
    found["topologies"] = matrix.topologies;
    found["layers"] = matrix.layers;
    found["per_layer"] = squares(matrix.per_layer, side);
    found["mean"] = squares({matrix.mean}, side)[py::int_(0)];
    if (!matrix.is_exact()) {
        found["lower_bound_per_layer"] = squares(matrix.lower_bound_per_layer, side);
        found["lower_bound_mean"] = squares({matrix.lower_bound_mean}, side)[py::int_(0)];
    }
    return found;
}

using Match = std::vector<LayerMatch> (*)(const Topology&, const Topology&, const topology::NnstdOptions&);
const std::map<std::string, Match> matches = {
    {"nnstd", topology::nnstd}, {"nnstd_layerwise", topology::nnstd_layerwise}, {"nnstd_joint", topology::nnstd_joint}};

py::list matched(const NetworkPtr& first, const NetworkPtr& second, const std::string& metric, bool prefer_identity,
                 bool match_last, std::size_t exact_limit, int threads) {
    const ThreadsScope scope(threads);
    const topology::NnstdOptions options{prefer_identity, match_last, exact_limit};
    const Match match = matches.at(metric);
    auto layers = interruptible([&] { return match(first->topology, second->topology, options); });
    py::list found;
    for (LayerMatch& layer : layers) {
        found.append(py::make_tuple(layer.distance, layer.lower_bound, read_only(std::move(layer.partner))));
    }
    return found;
}

template <class Entries>
py::list described(const Entries& entries) {
    py::list all;
    for (const auto& entry : entries) {
        py::list settings;
        for (const topology::Setting& setting : entry.settings) {
            settings.append(py::make_tuple(setting.name, setting.fallback, setting.help, setting.choices));
        }
        all.append(py::make_tuple(entry.name, entry.help, entry.source, settings));
    }
    return all;
}

}  // namespace

void bind_measures(py::module_& module) {
    module.def("metrics", metrics, py::arg("networks"), py::arg("names"), py::arg("settings"), py::arg("null_samples"),
               py::arg("null_seed"), py::arg("null_swaps"), py::arg("threads"));
    module.def("series_metrics", series_metrics, py::arg("paths"), py::arg("names"), py::arg("settings"),
               py::arg("null_samples"), py::arg("null_seed"), py::arg("null_swaps"), py::arg("conv"),
               py::arg("threads"));
    module.def("distances", distances, py::arg("networks"), py::arg("metric"), py::arg("settings"), py::arg("threads"));
    module.def("matched", matched, py::arg("first"), py::arg("second"), py::arg("metric"), py::arg("prefer_identity"),
               py::arg("match_last"), py::arg("exact_limit"), py::arg("threads"));
    module.def("is_of_series", report::is_of_series, py::arg("name"));
    module.def("all_metrics", [] { return described(topology::metrics()); });
    module.def("all_series_metrics", [] { return described(topology::series_metrics()); });
    module.def("all_distances", [] { return described(topology::distances()); });
}

}  // namespace espalier::python
