#include "network.hpp"
#include <utility>

#include <pybind11/stl.h>

#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/files/mask_export.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/topology/files/state_dict.hpp>
#include <espalier/topology/files/tensor_names.hpp>

#include "arrays.hpp"
#include "errors.hpp"
#include "interruptible.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
using topology::Layer;

/// Offsets and indices of a full pattern are written out: whoever asks for them wants those of any other.
Pattern spelled_out(const Pattern& full) {
    return Pattern::by_rows(
        full.rows(), full.cols(), full.edges(), [&](std::size_t) { return full.cols(); },
        [&](std::size_t row, std::span<std::uint32_t> to) { std::ranges::copy(full.row(row), to.begin()); });
}

py::tuple rows_of(const LayerOfNetwork& self) {
    const Pattern& pattern = self.layer->pattern;
    if (!pattern.is_full()) {
        return py::make_tuple(read_only(pattern.offsets(), self.network), read_only(pattern.indices(), self.network));
    }
    const auto all = std::make_shared<const Pattern>(spelled_out(pattern));
    return py::make_tuple(read_only(all->offsets(), all), read_only(all->indices(), all));
}

py::object values_of(const LayerOfNetwork& self) {
    const std::vector<float>& values = self.layer->values;
    if (values.empty() && self.layer->pattern.edges() > 0) return py::none();
    return read_only(std::span<const float>(values), self.network);
}

/// [rows x cols] of floats or, of masks, bytes; 0 where there is no edge.
template <class Number>
py::array dense_array(const LayerOfNetwork& self) {
    const Layer& layer = *self.layer;
    std::vector<py::ssize_t> shape(layer.shape.begin(), layer.shape.end());
    py::array_t<Number> array(shape);
    Number* to = array.mutable_data();
    interruptible([&] {
        const std::size_t columns = layer.pattern.cols();
        std::fill_n(to, layer.pattern.positions(), Number{});
        for (std::size_t row = 0; row < layer.pattern.rows(); ++row) {
            std::size_t k = layer.pattern.row_begin(row);
            for (const std::uint32_t col : layer.pattern.row(row)) {
                to[row * columns + col] = layer.values.empty() || std::is_same_v<Number, bool>
                                              ? Number{1}
                                              : static_cast<Number>(layer.values[k]);
                ++k;
            }
        }
    });
    return array;
}

bool are_equal(const LayerOfNetwork& a, const LayerOfNetwork& b) {
    return a.layer->shape == b.layer->shape && a.layer->pattern == b.layer->pattern &&
           a.layer->values == b.layer->values;
}

void bind_layer(py::module_& module) {
    py::class_<LayerOfNetwork>(module, "Layer")
        .def_property_readonly("name", [](const LayerOfNetwork& self) { return text(self.layer->name); })
        .def_property_readonly("shape",
                               [](const LayerOfNetwork& self) { return py::tuple(py::cast(self.layer->shape)); })
        .def_property_readonly("inputs", [](const LayerOfNetwork& self) { return self.layer->pattern.cols(); })
        .def_property_readonly("outputs", [](const LayerOfNetwork& self) { return self.layer->pattern.rows(); })
        .def_property_readonly("edges", [](const LayerOfNetwork& self) { return self.layer->pattern.edges(); })
        .def_property_readonly("positions", [](const LayerOfNetwork& self) { return topology::positions(*self.layer); })
        .def_property_readonly("fed_by", [](const LayerOfNetwork& self) { return self.layer->fed_by; })
        .def_property_readonly("groups", [](const LayerOfNetwork& self) { return self.layer->groups; })
        .def_property_readonly("network", [](const LayerOfNetwork& self) { return self.network; })
        .def("rows", rows_of)
        .def("values", values_of)
        .def("dense_weights", dense_array<float>)
        .def("dense_mask", dense_array<bool>)
        .def("__eq__", are_equal);
}

py::list parameters_of(const NetworkPtr& self) {
    py::list all;
    for (const topology::StoredParameter& parameter : self->parameters) {
        all.append(py::make_tuple(text(parameter.layer), text(parameter.name),
                                  read_only(std::span<const float>(parameter.values), self)));
    }
    return all;
}

/// The network is called otherwise while this lives.
class LabelScope {
  public:
    LabelScope(topology::StoredNetwork& network, const std::string& label)
        : network_(network), before_(std::exchange(network.topology.label, label)) {}
    ~LabelScope() { network_.topology.label = before_; }
    LabelScope(const LabelScope&) = delete;
    LabelScope& operator=(const LabelScope&) = delete;

  private:
    topology::StoredNetwork& network_;
    std::string before_;
};

/// @param form  "h5", "npz", "npz_folder", "safetensors", "safetensors_folder" or "state_dict"
/// @param label  of a topology file, where the network's own may be a path
void save_network(topology::StoredNetwork& self, const std::string& path, const std::string& form,
                  const std::string& label) {
    const LabelScope scope(self, label);
    interruptible([&] {
        if (form == "h5") topology::write_network_file(path, self);
        if (form == "npz") topology::write_dense_npz(path, self.topology);
        if (form == "npz_folder") topology::write_sparse_npz_folder(path, self.topology);
        if (form == "safetensors") topology::write_safetensors(path, self.topology);
        if (form == "safetensors_folder") topology::write_safetensors_folder(path, self.topology);
        if (form == "state_dict") topology::write_state_dict(path, self);
    });
}

void bind_network(py::module_& module) {
    py::class_<topology::StoredNetwork, NetworkPtr>(module, "Network")
        .def_property(
            "label", [](const topology::StoredNetwork& self) { return text(self.topology.label); },
            [](topology::StoredNetwork& self, const std::string& label) { self.topology.label = label; })
        .def_property_readonly("source", [](const topology::StoredNetwork& self) { return text(self.topology.source); })
        .def_property_readonly("snapshot",
                               [](const topology::StoredNetwork& self) { return text(self.topology.snapshot); })
        .def("layers",
             [](const NetworkPtr& self) {
                 std::vector<LayerOfNetwork> layers;
                 for (const Layer& layer : self->topology.layers) layers.push_back({self, &layer});
                 return layers;
             })
        .def("parameters", parameters_of)
        .def("save", save_network, py::arg("path"), py::arg("form"), py::arg("label"));
}

}  // namespace

NetworkPtr shared(topology::StoredNetwork network) {
    return std::make_shared<topology::StoredNetwork>(std::move(network));
}

NetworkPtr without_source(topology::StoredNetwork network) {
    network.topology.source.clear();
    network.topology.snapshot.clear();
    return shared(std::move(network));
}

NetworkPtr shared(topology::Topology topology) {
    return shared(topology::StoredNetwork{std::move(topology), {}});
}

LayerOfNetwork alone(Layer layer) {
    topology::Topology topology;
    topology.label = layer.name;
    topology.layers.push_back(std::move(layer));
    const NetworkPtr network = shared(std::move(topology));
    return {network, &network->topology.layers.front()};
}

std::vector<const topology::Topology*> topologies_of(const std::vector<NetworkPtr>& networks) {
    std::vector<const topology::Topology*> all;
    for (const NetworkPtr& network : networks) all.push_back(&network->topology);
    return all;
}

void bind_networks(py::module_& module) {
    bind_network(module);
    bind_layer(module);
    module.def("numbered_name", topology::numbered_name, py::arg("position"), py::arg("name"));
    module.def("without_number", topology::without_number, py::arg("name"));
    module.def(
        "common_edges",
        [](const LayerOfNetwork& a, const LayerOfNetwork& b) {
            require_equal_shape(a.layer->pattern, b.layer->pattern, "layer " + b.layer->name);
            return topology::count_common_edges(a.layer->pattern, b.layer->pattern);
        },
        py::arg("a"), py::arg("b"));
    module.def("weight_tensor", topology::weight_tensor, py::arg("layer"));
    module.def("parameter_tensor", topology::parameter_tensor, py::arg("layer"), py::arg("parameter"));
}

}  // namespace espalier::python
