#include <algorithm>
#include <functional>
#include <set>
#include <span>

#include <espalier/base/files/files.hpp>
#include <espalier/base/formats/npz_writer.hpp>
#include <espalier/base/formats/safetensors_writer.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/dense_rows.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/topology/files/state_dict.hpp>
#include <espalier/topology/files/tensor_names.hpp>

namespace espalier::topology {
namespace {

using Sink = std::function<void(std::span<const std::byte>)>;

/// One tensor to write.
struct StateTensor {
    std::string group;  ///< where files of ours have it: tensors are written in that order
    std::string name;
    std::vector<std::size_t> shape;
    bool is_mask;
    std::function<void(const Sink&)> write;
};

StateTensor dense_tensor(const Topology& topology, std::size_t position, DenseContent content) {
    const Layer& layer = topology.layers[position];
    const bool is_mask = content == DenseContent::mask;
    return {numbered_name(position, layer.name), weight_tensor(layer.name) + (is_mask ? "_mask" : ""), layer.shape,
            is_mask, [&layer, content](const Sink& sink) { write_dense_rows(layer, content, sink); }};
}

StateTensor vector_tensor(std::string group, std::string name, const std::vector<float>& values) {
    return {std::move(group), std::move(name), {values.size()}, false, [&values](const Sink& sink) {
                sink(std::as_bytes(std::span(values)));
            }};
}

void require_weights(const Topology& topology) {
    for (const Layer& layer : topology.layers) {
        if (layer.values.size() == layer.pattern.edges()) continue;
        throw FormatError(topology.label + ": layer " + layer.name +
                          " has a mask but no weights, so there is no state dict to write; runs keep weights in their "
                          "snapshots with snapshots.weights = true");
    }
}

void require_unique(const std::vector<StateTensor>& tensors, const std::string& label) {
    std::set<std::string> names;
    for (const StateTensor& tensor : tensors) {
        if (!names.insert(tensor.name).second) {
            throw FormatError(label + ": two of its arrays would both become the tensor '" + tensor.name + "'");
        }
    }
}

/// In the order of the layers; wider types first, which keeps all aligned.
std::vector<StateTensor> state_tensors(const StoredNetwork& network, const StateDictOptions& options) {
    const Topology& topology = network.topology;
    const GroupNames groups(topology);
    std::vector<StateTensor> tensors;
    for (std::size_t l = 0; l < topology.layers.size(); ++l) {
        tensors.push_back(dense_tensor(topology, l, DenseContent::weights));
    }
    for (const StoredParameter& parameter : network.parameters) {
        tensors.push_back(vector_tensor(groups(parameter.layer), parameter_tensor(parameter.layer, parameter.name),
                                        parameter.values));
    }
    std::ranges::stable_sort(tensors, natural_less, &StateTensor::group);
    for (const auto& [name, values] : options.arrays) tensors.push_back(vector_tensor("", name, values));
    for (std::size_t l = 0; options.with_masks && l < topology.layers.size(); ++l) {
        tensors.push_back(dense_tensor(topology, l, DenseContent::mask));
    }
    return tensors;
}

void write_npz(const std::filesystem::path& file, const std::vector<StateTensor>& tensors) {
    NpzWriter writer(file);
    for (const StateTensor& tensor : tensors) {
        writer.begin(tensor.name, tensor.is_mask ? "|b1" : "<f4", tensor.shape);
        tensor.write([&](std::span<const std::byte> bytes) { writer.write(bytes); });
        writer.end();
    }
    writer.close();
}

void write_safetensors_file(const std::filesystem::path& file, const std::vector<StateTensor>& tensors,
                            const std::map<std::string, std::string>& metadata) {
    std::vector<SafetensorsEntry> entries;
    for (const StateTensor& tensor : tensors) {
        entries.push_back({.name = tensor.name, .type = tensor.is_mask ? "BOOL" : "F32", .shape = tensor.shape});
    }
    SafetensorsWriter writer(file, entries, metadata);
    for (const StateTensor& tensor : tensors) {
        tensor.write([&](std::span<const std::byte> bytes) { writer.write(bytes); });
    }
    writer.close();
}

}  // namespace

void write_state_dict(const std::filesystem::path& file, const StoredNetwork& network,
                      const StateDictOptions& options) {
    require_weights(network.topology);
    require_moderate(network.topology, "a state dict has no sparse form");
    const std::vector<StateTensor> tensors = state_tensors(network, options);
    require_unique(tensors, network.topology.label);
    replace_file(file, [&](const std::filesystem::path& temporary) {
        file.extension() == ".npz" ? write_npz(temporary, tensors)
                                   : write_safetensors_file(temporary, tensors, options.metadata);
    });
}

}  // namespace espalier::topology
