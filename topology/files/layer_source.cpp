#include <memory>

#include <espalier/base/error.hpp>
#include <espalier/base/tensor_file.hpp>
#include <espalier/topology/files/layer_source.hpp>
#include <espalier/topology/files/mask_arrays.hpp>

namespace espalier::topology {
namespace {

std::vector<std::string> layer_names(const std::vector<NamedArrays>& layers) {
    std::vector<std::string> names;
    for (const NamedArrays& layer : layers) names.push_back(layer.name);
    return names;
}

/// Arrays of fewer than two dimensions are in every state_dict and never layers.
std::vector<std::string> matrix_names(const TensorFile& file) {
    const bool are_all_layers = file.format() == ".npz";
    std::vector<std::string> names;
    for (const TensorEntry& entry : file.entries()) {
        if (are_all_layers || entry.shape.size() > 1) names.push_back(entry.name);
    }
    return names;
}

}  // namespace

LayerSource open_layers(const std::filesystem::path& path) {
    const auto file = std::make_shared<const TensorFile>(open_tensor_file(path));
    if (holds_one_matrix(*file)) {
        const std::string name = path.stem().string();
        return {{name}, [file, name](std::size_t, const MaskFileOptions& options) {
                    return read_matrix(*file, name, options);
                }};
    }
    if (file->entries().empty()) throw FormatError(path.string() + ": holds no array");
    const std::vector<NamedArrays> layers = pair_masks(matrix_names(*file));
    if (layers.empty()) throw FormatError(path.string() + ": holds no tensor of two or more dimensions, so no layer");
    return {layer_names(layers), [file, layers](std::size_t k, const MaskFileOptions& options) {
                return read_dense(*file, layers[k], options);
            }};
}

}  // namespace espalier::topology
