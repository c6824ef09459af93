#include <algorithm>
#include <functional>

#include <espalier/base/files/files.hpp>
#include <espalier/base/formats/npz_writer.hpp>
#include <espalier/base/formats/safetensors_writer.hpp>
#include <espalier/base/formats/zero_padded.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/dense_rows.hpp>
#include <espalier/topology/files/layer_arrays.hpp>
#include <espalier/topology/files/layer_order.hpp>
#include <espalier/topology/files/mask_export.hpp>

namespace espalier::topology {
namespace {

namespace fs = std::filesystem;

constexpr const char* sparse_remedy = "--format npz with a folder as --out stays sparse";

/// One dense array of the file to write.
struct DenseArray {
    std::string name;
    const Layer* layer;
    bool is_weights;  ///< else the mask
};

using Sink = std::function<void(std::span<const std::byte>)>;

bool keeps_a_zero(const Layer& layer) {
    return std::ranges::any_of(layer.values, [](float value) { return value == 0; });
}

/// Names of the arrays that the layers become under these names, weights before masks: the wider type first.
std::vector<DenseArray> arrays_called(const std::vector<std::string>& names, const std::vector<Layer>& layers) {
    std::vector<DenseArray> arrays;
    for (std::size_t k = 0; k < names.size(); ++k) {
        const std::string weights = names[k] + (keeps_a_zero(layers[k]) ? "_orig" : "");
        if (!layers[k].values.empty()) arrays.push_back({weights, &layers[k], true});
    }
    for (std::size_t k = 0; k < names.size(); ++k) {
        if (layers[k].values.empty()) arrays.push_back({names[k], &layers[k], false});
        if (keeps_a_zero(layers[k])) arrays.push_back({names[k] + "_mask", &layers[k], false});
    }
    return arrays;
}

std::string type_of(const DenseArray& array) {
    return array.is_weights ? "F32" : "BOOL";
}

/// Names of the layers that a reader takes these arrays for, in its order.
std::vector<std::string> names_read(const std::vector<DenseArray>& arrays) {
    std::vector<ArrayOutline> written;
    for (const DenseArray& array : arrays) written.push_back({array.name, type_of(array), array.layer->shape});
    const FoundLayers found = find_layers(written, "", false, [](const std::string&) { return true; });
    std::vector<LayerOutline> layers;
    for (const NamedArrays& layer : found.layers) {
        const std::string& holder = layer.weight.empty() ? layer.mask : layer.weight;
        const DenseArray& array = *std::ranges::find(arrays, holder, &DenseArray::name);
        layers.push_back({layer.name, type_of(array), array.layer->shape});
    }
    std::vector<std::string> names;
    for (const std::size_t k : choose_order(layers).positions) names.push_back(layers[k].name);
    return names;
}

/// True where a reader finds these layers, in this order.
bool are_found_again(const std::vector<std::string>& names, const std::vector<Layer>& layers) {
    const auto not_before = [](const std::string& a, const std::string& b) { return !natural_less(a, b); };
    if (std::ranges::adjacent_find(names, not_before) != names.end()) return false;
    try {
        return names_read(arrays_called(names, layers)) == names;
    } catch (const FormatError&) {  // masks and weights by their names, but they do not belong together
        return false;
    }
}

std::vector<std::string> export_names(const Topology& topology) {
    std::vector<std::string> names;
    for (const Layer& layer : topology.layers) names.push_back(layer.name);
    if (are_found_again(names, topology.layers)) return names;
    for (std::size_t k = 0; k < names.size(); ++k) {
        names[k] = zero_padded(static_cast<std::int64_t>(k), 3) + "_" + names[k];
    }
    return names;
}

std::vector<DenseArray> dense_arrays(const Topology& topology) {
    require_moderate(topology, sparse_remedy);
    return arrays_called(export_names(topology), topology.layers);
}

void write_dense(const DenseArray& array, const Sink& sink) {
    write_dense_rows(*array.layer, array.is_weights ? DenseContent::weights : DenseContent::mask, sink);
}

void require_file_name(const std::string& name) {
    if (name.empty() || name.size() > 200 || name.find('/') != std::string::npos || name.front() == '.') {
        throw FormatError("layer '" + name + "' cannot be the name of a file; export one .npz instead of a folder");
    }
}

void write_csr(const fs::path& file, const Layer& layer) {
    const Pattern& pattern = layer.pattern;
    std::vector<std::int64_t> starts(pattern.rows() + 1, static_cast<std::int64_t>(pattern.edges()));
    std::vector<std::int64_t> indices;
    indices.reserve(pattern.edges());
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        starts[row] = static_cast<std::int64_t>(pattern.row_begin(row));
        indices.insert(indices.end(), pattern.row(row).begin(), pattern.row(row).end());
    }
    const std::vector<std::int64_t> sides(layer.shape.begin(), layer.shape.end());
    const std::vector<std::int64_t> shape{static_cast<std::int64_t>(pattern.rows()),
                                          static_cast<std::int64_t>(pattern.cols())};
    const std::vector<std::uint8_t> ones(layer.values.empty() ? pattern.edges() : 0, 1);
    NpzWriter writer(file);
    writer.array<std::int64_t>("indices", "<i8", indices);
    writer.array<std::int64_t>("indptr", "<i8", starts);
    writer.text("format", "csr");
    writer.array<std::int64_t>("shape", "<i8", shape);
    if (layer.values.empty()) {
        writer.array<std::uint8_t>("data", "|b1", ones);
    } else {
        writer.array<float>("data", "<f4", layer.values);
    }
    if (is_convolution(layer.shape)) writer.array<std::int64_t>("conv_shape", "<i8", sides);
    writer.close();
}

std::vector<fs::path> write_folder(const fs::path& folder, const Topology& topology, const std::string& extension,
                                   const std::function<void(const fs::path&, const Layer&)>& write) {
    const std::vector<std::string> names = export_names(topology);
    std::ranges::for_each(names, require_file_name);
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed) throw IoError("cannot create " + folder.string() + ": " + failed.message());
    std::vector<fs::path> written;
    for (std::size_t k = 0; k < names.size(); ++k) {
        written.push_back(folder / (names[k] + extension));
        write(written.back(), topology.layers[k]);
    }
    return written;
}

}  // namespace

void write_dense_npz(const fs::path& file, const Topology& topology) {
    const std::vector<DenseArray> arrays = dense_arrays(topology);
    replace_file(file, [&](const fs::path& temporary) {
        NpzWriter writer(temporary);
        for (const DenseArray& array : arrays) {
            writer.begin(array.name, array.is_weights ? "<f4" : "|b1", array.layer->shape);
            write_dense(array, [&](std::span<const std::byte> bytes) { writer.write(bytes); });
            writer.end();
        }
        writer.close();
    });
}

std::vector<fs::path> write_sparse_npz_folder(const fs::path& folder, const Topology& topology) {
    return write_folder(folder, topology, ".npz", [](const fs::path& file, const Layer& layer) {
        replace_file(file, [&](const fs::path& temporary) { write_csr(temporary, layer); });
    });
}

std::vector<fs::path> write_safetensors_folder(const fs::path& folder, const Topology& topology) {
    require_moderate(topology, sparse_remedy);
    return write_folder(folder, topology, ".safetensors", [](const fs::path& file, const Layer& layer) {
        write_safetensors(file, {layer.name, {layer}});
    });
}

void write_safetensors(const fs::path& file, const Topology& topology) {
    const std::vector<DenseArray> arrays = dense_arrays(topology);
    std::vector<SafetensorsEntry> entries;
    for (const DenseArray& array : arrays) {
        entries.push_back({.name = array.name, .type = type_of(array), .shape = array.layer->shape});
    }
    replace_file(file, [&](const fs::path& temporary) {
        SafetensorsWriter writer(temporary, entries);
        for (const DenseArray& array : arrays) {
            write_dense(array, [&](std::span<const std::byte> bytes) { writer.write(bytes); });
        }
        writer.close();
    });
}

}  // namespace espalier::topology
