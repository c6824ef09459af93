#include <memory>

#include <espalier/base/error.hpp>
#include <espalier/base/npz.hpp>
#include <espalier/base/safetensors.hpp>
#include <espalier/topology/files/layer_source.hpp>
#include <espalier/topology/files/mask_arrays.hpp>

namespace espalier::topology {
namespace {

std::vector<std::string> layer_names(const std::vector<NamedArrays>& layers) {
    std::vector<std::string> names;
    for (const NamedArrays& layer : layers) names.push_back(layer.name);
    return names;
}

LayerSource open_npz(const std::filesystem::path& path) {
    const auto file = std::make_shared<const NpzFile>(path);
    if (file->names().empty()) throw FormatError(path.string() + ": holds no array");
    if (holds_one_matrix(*file)) {
        const std::string name = path.stem().string();
        return {{name}, [file, name](std::size_t, const MaskFileOptions& options) {
                    return read_matrix(*file, name, options);
                }};
    }
    const std::vector<NamedArrays> layers = pair_masks(file->names());
    return {layer_names(layers), [file, layers](std::size_t k, const MaskFileOptions& options) {
                return read_dense(*file, layers[k], options);
            }};
}

SafetensorsTensor read_tensor(const SafetensorsFile& file, const std::string& name) {
    for (const SafetensorsEntry& entry : file.entries()) {
        if (entry.name == name) return file.read(entry);
    }
    throw FormatError(file.path() + ": there is no tensor '" + name + "'");
}

Layer read_tensors(const SafetensorsFile& file, const NamedArrays& arrays, const MaskFileOptions& options) {
    SafetensorsTensor mask = read_tensor(file, arrays.mask);
    if (arrays.weight.empty()) return dense_layer(mask, arrays.name, options);
    return dense_layer(MaskedArray(std::move(mask), read_tensor(file, arrays.weight)), arrays.name, options);
}

/// Tensors of fewer than two dimensions are in every state_dict and never layers.
LayerSource open_safetensors(const std::filesystem::path& path) {
    const auto file = std::make_shared<const SafetensorsFile>(path);
    std::vector<std::string> names;
    for (const SafetensorsEntry& entry : file->entries()) {
        if (entry.shape.size() > 1) names.push_back(entry.name);
    }
    if (names.empty()) throw FormatError(path.string() + ": holds no tensor of two or more dimensions, so no layer");
    const std::vector<NamedArrays> layers = pair_masks(names);
    return {layer_names(layers), [file, layers](std::size_t k, const MaskFileOptions& options) {
                return read_tensors(*file, layers[k], options);
            }};
}

}  // namespace

LayerSource open_layers(const std::filesystem::path& path) {
    return path.extension() == ".safetensors" ? open_safetensors(path) : open_npz(path);
}

}  // namespace espalier::topology
