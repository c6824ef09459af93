#include "builder.hpp"
#include <cmath>

#include <pybind11/stl.h>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/edge_list.hpp>

#include "arrays.hpp"
#include "interruptible.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
using topology::Layer;

topology::MaskFileOptions options_of(const ArrayReading& reading, const std::string& name) {
    topology::MaskFileOptions options{.drop_last_input = reading.drop_last_input};
    topology::parse_orientations(reading.orientation, options);
    return topology::options_for(options, name);
}

/// Whole numbers of an array of signed or unsigned integers.
/// @param below  what all must be below
template <class To>
std::vector<To> whole_numbers(const topology::DenseView& view, std::uint64_t below) {
    if (view.shape.size() != 1) throw FormatError(view.where + ": one dimension is needed");
    const ElementKind kind = view.type.kind;
    if (kind != ElementKind::signed_integer && kind != ElementKind::unsigned_integer) {
        throw FormatError(view.where + ": integers are needed");
    }
    std::vector<To> numbers(view.shape[0]);
    const auto take = [&]<class From>(From) {
        for (std::size_t k = 0; k < numbers.size(); ++k) {
            From number;
            std::memcpy(&number, view.data + static_cast<std::ptrdiff_t>(k) * view.strides[0], sizeof number);
            if (std::cmp_less(number, 0) || std::cmp_greater_equal(number, below)) {
                throw FormatError(view.where + ": entry " + std::to_string(k) + " is " + std::to_string(number) +
                                  ", not from 0 and below " + std::to_string(below));
            }
            numbers[k] = static_cast<To>(number);
        }
    };
    if (view.type.width == 4) {
        kind == ElementKind::signed_integer ? take(std::int32_t{}) : take(std::uint32_t{});
    } else if (view.type.width == 8) {
        kind == ElementKind::signed_integer ? take(std::int64_t{}) : take(std::uint64_t{});
    } else {
        throw FormatError(view.where + ": integers of 4 or 8 bytes are needed");
    }
    return numbers;
}

std::vector<float> finite_values(const topology::DenseView& view, std::size_t edges) {
    if (view.shape.size() != 1 || view.shape[0] != edges) {
        throw FormatError(view.where + ": one value for each of " + std::to_string(edges) + " entries is needed");
    }
    std::vector<float> values(edges);
    for (std::size_t k = 0; k < edges; ++k) {
        std::memcpy(&values[k], view.data + static_cast<std::ptrdiff_t>(k) * view.strides[0], sizeof(float));
        if (!std::isfinite(values[k])) finite_float(values[k], view.where, k);
    }
    return values;
}

/// A matrix in compressed rows as Python had it, in numbers of ours.
struct Rows {
    std::string where;
    std::size_t columns = 0;
    std::vector<std::uint64_t> offsets;
    std::vector<std::uint32_t> indices;
    std::vector<float> values;
};

void check_offsets(const Rows& rows) {
    if (rows.offsets.front() != 0 || rows.offsets.back() != rows.indices.size() ||
        !std::is_sorted(rows.offsets.begin(), rows.offsets.end())) {
        throw FormatError(rows.where + ": indptr must begin at 0, never fall and end at the number of indices");
    }
}

bool ascends(const Rows& rows) {
    for (std::size_t row = 0; row + 1 < rows.offsets.size(); ++row) {
        for (std::uint64_t k = rows.offsets[row] + 1; k < rows.offsets[row + 1]; ++k) {
            if (rows.indices[k - 1] >= rows.indices[k]) return false;
        }
    }
    return true;
}

/// Sorted, where two edges are the same refused.
Layer layer_of_unsorted(Rows rows, const std::string& name, bool drop_last_input) {
    topology::EdgeList edges{rows.where, rows.offsets.size() - 1, rows.columns,
                             {},         std::move(rows.indices), std::move(rows.values)};
    edges.output.reserve(edges.input.size());
    for (std::size_t row = 0; row + 1 < rows.offsets.size(); ++row) {
        edges.output.resize(rows.offsets[row + 1], static_cast<std::uint32_t>(row));
    }
    return topology::layer_from_edges(std::move(edges), name, drop_last_input);
}

Layer layer_of_rows(Rows rows, const std::string& name, bool drop_last_input) {
    check_offsets(rows);
    if (drop_last_input || !ascends(rows)) return layer_of_unsorted(std::move(rows), name, drop_last_input);
    const std::size_t outputs = rows.offsets.size() - 1;
    const bool is_full = !rows.indices.empty() && rows.indices.size() == outputs * rows.columns;
    Pattern pattern = is_full ? Pattern::full(outputs, rows.columns)
                              : Pattern(outputs, rows.columns, std::move(rows.offsets), std::move(rows.indices));
    return {name, {outputs, rows.columns}, std::move(pattern), std::move(rows.values)};
}

}  // namespace

void NetworkBuilder::add(Layer layer) {
    for (const Layer& other : network_.topology.layers) {
        if (other.name == layer.name) throw ConfigError("two layers are called '" + layer.name + "'");
    }
    network_.topology.layers.push_back(std::move(layer));
}

void NetworkBuilder::add_dense(const std::string& name, const py::array& array, bool is_brain,
                               const std::optional<py::array>& weights, bool weights_are_brain,
                               const ArrayReading& reading) {
    const topology::DenseView mask = view_of(array, is_brain, "'" + name + "'" + (weights ? " (mask)" : ""));
    std::optional<topology::DenseView> values;
    if (weights) values = view_of(*weights, weights_are_brain, "'" + name + "'");
    const topology::MaskFileOptions options = options_of(reading, name);
    const topology::DenseView* beside = values ? &*values : nullptr;
    add(interruptible([&] { return topology::layer_of_view(mask, beside, name, options); }));
}

void NetworkBuilder::add_rows(const std::string& name, const std::vector<std::size_t>& shape, const py::array& indptr,
                              const py::array& indices, const std::optional<py::array_t<float>>& values,
                              bool drop_last_input) {
    const std::string where = "'" + name + "'";
    std::size_t columns = 1;
    for (std::size_t k = 1; k < shape.size(); ++k) columns *= shape[k];
    const topology::DenseView offset_view = view_of(indptr, false, where + ": indptr");
    const topology::DenseView index_view = view_of(indices, false, where + ": indices");
    std::optional<topology::DenseView> value_view;
    if (values) value_view = view_of(*values, false, where + ": values");
    if (offset_view.shape != std::vector<std::size_t>{shape.at(0) + 1}) {
        throw FormatError(where + ": indptr needs one entry more than the " + std::to_string(shape[0]) + " outputs");
    }
    Layer layer = interruptible([&] {
        Rows rows{where,
                  columns,
                  whole_numbers<std::uint64_t>(offset_view, ~std::uint64_t{0}),
                  whole_numbers<std::uint32_t>(index_view, columns),
                  {}};
        if (value_view) rows.values = finite_values(*value_view, rows.indices.size());
        topology::require_plausible_shape(shape[0], columns, rows.indices.size(), where);
        return layer_of_rows(std::move(rows), name, drop_last_input);
    });
    if (shape.size() > 2) layer.shape = shape;
    add(std::move(layer));
}

void NetworkBuilder::add_layer(const std::string& name, const LayerOfNetwork& layer) {
    Layer copy = *layer.layer;
    copy.name = name;
    add(std::move(copy));
}

void NetworkBuilder::add_mask(const std::string& name, const LayerOfNetwork& layer) {
    add({name,
         layer.layer->shape,
         layer.layer->pattern,
         {},
         layer.layer->fed_by,
         layer.layer->groups,
         layer.layer->blocks});
}

void NetworkBuilder::add_parameter(const std::string& layer, const std::string& name,
                                   const py::array_t<float>& values) {
    const std::string where = "'" + layer + "." + name + "'";
    topology::StoredParameter parameter{layer, name, {}};
    for (py::ssize_t k = 0; k < values.size(); ++k) {
        parameter.values.push_back(finite_float(values.data()[k], where, static_cast<std::size_t>(k)));
    }
    network_.parameters.push_back(std::move(parameter));
}

NetworkPtr NetworkBuilder::finish() {
    return shared(std::move(network_));
}

void bind_builder(py::module_& module) {
    py::class_<NetworkBuilder>(module, "NetworkBuilder")
        .def(py::init<std::string>(), py::arg("label"))
        .def(
            "add_dense",
            [](NetworkBuilder& builder, const std::string& name, const py::array& array, bool is_brain,
               const std::optional<py::array>& weights, bool weights_are_brain, const std::string& orientation,
               bool drop_last_input) {
                builder.add_dense(name, array, is_brain, weights, weights_are_brain, {orientation, drop_last_input});
            },
            py::arg("name"), py::arg("array"), py::arg("is_brain"), py::arg("weights"), py::arg("weights_are_brain"),
            py::arg("orientation"), py::arg("drop_last_input"))
        .def("add_rows", &NetworkBuilder::add_rows, py::arg("name"), py::arg("shape"), py::arg("indptr"),
             py::arg("indices"), py::arg("values"), py::arg("drop_last_input"))
        .def("add_layer", &NetworkBuilder::add_layer, py::arg("name"), py::arg("layer"))
        .def("add_mask", &NetworkBuilder::add_mask, py::arg("name"), py::arg("layer"))
        .def("add_parameter", &NetworkBuilder::add_parameter, py::arg("layer"), py::arg("name"), py::arg("values"))
        .def("finish", &NetworkBuilder::finish);
}

}  // namespace espalier::python
