#include <algorithm>
#include <memory>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/dense_layer.hpp>
#include <espalier/topology/files/layer_arrays.hpp>
#include <espalier/topology/files/layer_order.hpp>
#include <espalier/topology/files/layer_source.hpp>
#include <espalier/topology/files/mask_arrays.hpp>
#include <espalier/topology/files/sparse_matrix.hpp>
#include <espalier/topology/files/streamed_layer.hpp>

namespace espalier::topology {
namespace {

std::vector<std::string> layer_names(const std::vector<NamedArrays>& layers) {
    std::vector<std::string> names;
    for (const NamedArrays& layer : layers) names.push_back(layer.name);
    return names;
}

constexpr std::size_t most_names = 4;  // in a note

std::vector<ArrayOutline> outlines(const TensorFile& file) {
    std::vector<ArrayOutline> arrays;
    for (const TensorEntry& entry : file.entries()) arrays.push_back({entry.name, entry.type, entry.shape});
    return arrays;
}

bool tensor_holds_only_0_and_1(const TensorFile& file, const std::string& name) {
    if (file.find(name)->is_packed) return holds_only_0_and_1(*file.stream(name));
    const Tensor tensor = file.read(name);
    for (std::size_t k = 0; k < tensor.size(); ++k) {
        const double number = tensor.number(k);
        if (number != 0.0 && number != 1.0) return false;
    }
    return true;
}

/// [out, in] or [out, in, kh, kw] of an array; none where it is no layer, which its reader will say.
std::vector<std::size_t> shape_of_layer(const TensorEntry& entry, const MaskFileOptions& options) {
    try {
        return plan_dense(entry.shape, options, entry.name).shape;
    } catch (const FormatError&) {
        return {};
    }
}

struct FoundInOrder {
    std::vector<NamedArrays> layers;
    std::string remark;
};

FoundInOrder ordered(const TensorFile& file, const std::vector<NamedArrays>& layers, const MaskFileOptions& options) {
    std::vector<LayerOutline> known;
    for (const NamedArrays& layer : layers) {
        const TensorEntry& entry = *file.find(layer.weight.empty() ? layer.mask : layer.weight);
        known.push_back({layer.name, entry.type, shape_of_layer(entry, options_for(options, layer.name))});
    }
    const LayerOrder order = choose_order(known);
    FoundInOrder found{.layers = {}, .remark = order.remark};
    for (const std::size_t k : order.positions) found.layers.push_back(layers[k]);
    return found;
}

void say_what_is_left_out(const TensorFile& file, const FoundLayers& found, const MaskFileOptions& options) {
    if (!options.layers.empty()) return;
    if (!found.flat.empty() && !options.keeps_flat) {
        options.say(file.path() +
                    ": no layers, as they have fewer than two dimensions: " + join_some(found.flat, most_names));
    }
    if (!found.integers.empty()) {
        options.say(file.path() + ": no layers, as they are integers beside weights: " +
                    join_some(found.integers, most_names) + "; --layers with the whole name takes one all the same");
    }
}

FoundInOrder find_arrays(const TensorFile& file, const MaskFileOptions& options) {
    const bool is_chosen = !options.layers.empty();
    const FoundLayers found = find_layers(outlines(file), file.path(), is_chosen, [&](const std::string& name) {
        return tensor_holds_only_0_and_1(file, name);
    });
    FoundInOrder all = ordered(file, found.layers, options);
    for (const std::string& name : found.integers) {
        const bool is_named = std::ranges::find(options.layers, name) != options.layers.end();
        if (is_named) all.layers.push_back({name, name, ""});
    }
    if (all.layers.empty()) {
        throw FormatError(file.path() + ": holds no array of two or more dimensions that could be a layer");
    }
    say_what_is_left_out(file, found, options);
    return all;
}

}  // namespace

LayerSource open_layers(const std::filesystem::path& path, const MaskFileOptions& options) {
    const auto file = std::make_shared<const TensorFile>(open_tensor_file(path));
    for (const std::string& notice : file->notices()) options.say(notice);
    if (holds_one_matrix(*file)) {
        const std::string name = path.stem().string();
        const auto read = [file, name, options](std::size_t) {
            return read_matrix(*file, name, options_for(options, name));
        };
        return {{name}, read, ""};
    }
    if (file->entries().empty()) throw FormatError(path.string() + ": holds no array");
    const FoundInOrder found = find_arrays(*file, options);
    const auto read = [file, layers = found.layers, options](std::size_t k) {
        return read_dense(*file, layers[k], options_for(options, layers[k].name));
    };
    return {layer_names(found.layers), read, found.remark};
}

}  // namespace espalier::topology
