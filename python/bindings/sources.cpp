#include "sources.hpp"
#include <string>
#include <vector>

#include <pybind11/stl.h>

#include <espalier/topology/files/conv_mapping.hpp>
#include <espalier/topology/files/layer_selection.hpp>
#include <espalier/topology/files/sources.hpp>
#include <espalier/topology/files/tensor_names.hpp>

#include "interruptible.hpp"
#include "network.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
using topology::MaskFileOptions;
using topology::StoredNetwork;
using Lines = std::vector<std::string>;

/// How files are to be read, as the command line's options have it; notices go into `lines`.
MaskFileOptions reading(const Lines& layers, const std::string& orientation, bool drop_last_input, bool check_weights,
                        Lines& lines) {
    MaskFileOptions options{.drop_last_input = drop_last_input,
                            .weights = check_weights ? topology::WeightCheck::refuse : topology::WeightCheck::report,
                            .keeps_flat = true,
                            .notice = [&lines](const std::string& line) { lines.push_back(line); }};
    for (const std::string& layer : layers) {
        for (std::string& word : topology::layer_words(layer)) options.layers.push_back(std::move(word));
    }
    topology::parse_orientations(orientation, options);
    return options;
}

NetworkPtr mapped(StoredNetwork network, topology::ConvMapping mapping) {
    if (mapping == topology::ConvMapping::unrolled) return shared(std::move(network));
    network.topology = topology::map_convolutions(std::move(network.topology), mapping);
    return without_source(std::move(network));
}

/// What was read, as it is wanted.
NetworkPtr finished(StoredNetwork network, const MaskFileOptions& options, topology::ConvMapping mapping) {
    if (!options.layers.empty()) return mapped(*without_source(std::move(network)), mapping);
    return mapped(std::move(network), mapping);
}

py::tuple read_networks(const std::string& path, const Lines& layers, const std::string& orientation,
                        bool drop_last_input, const std::string& conv, bool check_weights) {
    Lines lines;
    const MaskFileOptions options = reading(layers, orientation, drop_last_input, check_weights, lines);
    const topology::ConvMapping mapping = topology::parse_conv_mapping(conv);
    const auto networks = interruptible([&] {
        std::vector<NetworkPtr> all;
        for (StoredNetwork& network : topology::read_networks(path, options)) {
            all.push_back(finished(std::move(network), options, mapping));
        }
        return all;
    });
    return py::make_tuple(networks, lines);
}

py::tuple read_network(const std::string& path, const Lines& layers, const std::string& orientation,
                       bool drop_last_input, const std::string& conv, bool check_weights) {
    Lines lines;
    const MaskFileOptions options = reading(layers, orientation, drop_last_input, check_weights, lines);
    const topology::ConvMapping mapping = topology::parse_conv_mapping(conv);
    const NetworkPtr network =
        interruptible([&] { return finished(topology::read_network(path, options), options, mapping); });
    return py::make_tuple(network, lines);
}

NetworkPtr mapped_copy(const NetworkPtr& network, const std::string& conv) {
    const topology::ConvMapping mapping = topology::parse_conv_mapping(conv);
    return interruptible([&] { return mapped(*network, mapping); });
}

}  // namespace

void bind_sources(py::module_& module) {
    const auto add = [&](const char* name, const auto& function) {
        module.def(name, function, py::arg("path"), py::arg("layers"), py::arg("orientation"),
                   py::arg("drop_last_input"), py::arg("conv"), py::arg("check_weights"));
    };
    add("read_network", read_network);
    add("read_networks", read_networks);
    module.def("mapped", mapped_copy, py::arg("network"), py::arg("conv"));
    module.def("selected_layers", topology::selected_layers, py::arg("names"), py::arg("words"), py::arg("where"));
    module.def("means_layer", topology::means_layer, py::arg("word"), py::arg("name"));
    module.def("module_name", topology::module_name, py::arg("layer"));
}

}  // namespace espalier::python
