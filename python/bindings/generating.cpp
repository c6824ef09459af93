#include "generating.hpp"
#include <string>
#include <utility>
#include <vector>

#include <pybind11/stl.h>

#include <espalier/base/random/random.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/sparsity/initial/allotment.hpp>
#include <espalier/topology/generators/rewiring.hpp>

#include "interruptible.hpp"
#include "network.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
using sparsity::LayerAllotment;
using sparsity::Shape;
using topology::Topology;

struct GenerateArguments {
    std::string init;
    double density = 0.1;
    double epsilon = 0.0;
    std::vector<std::string> dense_layers;
    std::string layer_densities;
    double erk_power = 1.0;
    std::uint64_t seed = 0;
};

sparsity::AllotmentRequest request_of(const GenerateArguments& arguments) {
    sparsity::AllotmentRequest request;
    try {
        request.init = sparsity::parse_init(arguments.init);
    } catch (const ConfigError& error) {
        throw ConfigError("generate: '" + arguments.init + "' " + error.what());
    }
    if (request.init.saliency != nullptr || !request.init.file.empty()) {
        throw ConfigError("generate: '" + arguments.init +
                          "' looks at a network or a file, and only shapes are given: a run begins "
                          "with such masks (sparsity.init)");
    }
    request.density = request.init.has_density() ? request.init.density() : arguments.density;
    request.epsilon = arguments.epsilon;
    request.dense_layers = arguments.dense_layers;
    request.layer_densities = &sparsity::distribution(arguments.layer_densities);
    request.erk_power = arguments.erk_power;
    return request;
}

/// Masks as a run of this seed begins with.
NetworkPtr generated(const std::vector<std::string>& names, const std::vector<Shape>& shapes,
                     const GenerateArguments& arguments) {
    const sparsity::AllotmentRequest request = request_of(arguments);
    const std::vector<LayerAllotment> layers = sparsity::allot(names, shapes, request);
    Topology topology{arguments.init, {}};
    for (std::size_t k = 0; k < layers.size(); ++k) {
        const Stream stream(arguments.seed, Purpose::mask_init, static_cast<std::uint32_t>(k), 0);
        topology.layers.push_back(
            {names[k], shapes[k], sparsity::initial_mask(request.init, shapes[k], layers[k].kept, stream), {}});
    }
    return shared(std::move(topology));
}

/// Every layer rewired, as sample number `sample` of --null-model has it.
NetworkPtr rewired(const NetworkPtr& network, std::uint64_t seed, std::size_t sample, std::uint64_t swaps) {
    const Topology& given = network->topology;
    Topology rewired{given.label, std::vector<topology::Layer>(given.layers.size())};
    parallel_for(given.layers.size(), [&](std::size_t k) {
        Stream stream(seed, Purpose::rewiring, static_cast<std::uint32_t>(k), sample);
        rewired.layers[k] = topology::rewired(given.layers[k], swaps, stream);
    });
    return shared(std::move(rewired));
}

template <class Entries>
std::vector<std::tuple<std::string, std::string, std::string>> told(const Entries& entries) {
    std::vector<std::tuple<std::string, std::string, std::string>> all;
    for (const Named& entry : entries) all.emplace_back(entry.name, entry.help, entry.source);
    return all;
}

}  // namespace

void bind_generating(py::module_& module) {
    module.def(
        "generate",
        [](const std::vector<std::string>& names, const std::vector<Shape>& shapes, const std::string& init,
           double density, double epsilon, const std::vector<std::string>& dense_layers,
           const std::string& layer_densities, double erk_power, std::uint64_t seed, int threads) {
            const ThreadsScope scope(threads);
            const GenerateArguments arguments{init, density, epsilon, dense_layers, layer_densities, erk_power, seed};
            return interruptible([&] { return generated(names, shapes, arguments); });
        },
        py::arg("names"), py::arg("shapes"), py::arg("init"), py::arg("density"), py::arg("epsilon"),
        py::arg("dense_layers"), py::arg("layer_densities"), py::arg("erk_power"), py::arg("seed"), py::arg("threads"));
    module.def(
        "rewired",
        [](const NetworkPtr& network, std::uint64_t seed, std::size_t sample, std::uint64_t swaps, int threads) {
            const ThreadsScope scope(threads);
            return interruptible([&] { return rewired(network, seed, sample, swaps); });
        },
        py::arg("network"), py::arg("seed"), py::arg("sample"), py::arg("swaps"), py::arg("threads"));
    module.def("all_distributions", [] { return told(sparsity::distributions()); });
    module.def("all_structures", [] { return told(sparsity::structures()); });
}

}  // namespace espalier::python
