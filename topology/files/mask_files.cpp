#include <algorithm>
#include <array>
#include <string_view>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/layer_selection.hpp>
#include <espalier/topology/files/layer_source.hpp>
#include <espalier/topology/files/mask_files.hpp>
#include <espalier/topology/files/mask_folder.hpp>

namespace espalier::topology {
namespace {

namespace fs = std::filesystem;

Topology read_file(const fs::path& path, const MaskFileOptions& options) {
    const LayerSource source = open_layers(path, options);
    require_exceptions_mean_layers(options, source.names, path.string());
    if (!source.remark.empty() && options.layers.empty()) options.say(path.string() + ": " + source.remark);
    Topology topology{path.string(), {}};
    for (const std::size_t k : selected_layers(source.names, options.layers, path.string())) {
        topology.layers.push_back(source.read(k));
    }
    return topology;
}

/// One layer a file, called as the file is.
Topology read_layer_files(const fs::path& folder, const std::vector<fs::path>& paths, const MaskFileOptions& options) {
    std::vector<std::string> names;
    for (const fs::path& path : paths) names.push_back(path.stem().string());
    require_exceptions_mean_layers(options, names, folder.string());
    Topology topology{folder.string(), {}};
    for (const std::size_t k : selected_layers(names, options.layers, folder.string())) {
        const LayerSource source = open_layers(paths[k], options_for(options, names[k]));
        if (source.names.size() != 1) {
            throw FormatError(paths[k].string() + ": holds " + std::to_string(source.names.size()) +
                              " arrays; in a folder every .npz is one layer");
        }
        topology.layers.push_back(source.read(0));
        topology.layers.back().name = names[k];
    }
    return topology;
}

/// The parts of one large model: layers of all files in natural order of their own names.
Topology read_shards(const fs::path& folder, const std::vector<fs::path>& paths, const std::vector<LayerSource>& shards,
                     const MaskFileOptions& options) {
    std::vector<std::pair<std::string, std::pair<std::size_t, std::size_t>>> places;
    for (std::size_t shard = 0; shard < shards.size(); ++shard) {
        const auto& names = shards[shard].names;
        for (std::size_t k = 0; k < names.size(); ++k) places.push_back({names[k], {shard, k}});
    }
    std::ranges::stable_sort(places, [](const auto& a, const auto& b) { return natural_less(a.first, b.first); });
    std::vector<std::string> names;
    for (const auto& [name, place] : places) {
        if (!names.empty() && names.back() == name) {
            const std::size_t before = places[names.size() - 1].second.first;
            throw FormatError(folder.string() + ": two of its files hold a tensor '" + name + "', " +
                              paths[before].filename().string() + " and " + paths[place.first].filename().string() +
                              "; masks and weights that are to be one layer stand in one file, '" + name +
                              ".mask' beside '" + name + "'");
        }
        names.push_back(name);
    }
    require_exceptions_mean_layers(options, names, folder.string());
    Topology topology{folder.string(), {}};
    for (const std::size_t position : selected_layers(names, options.layers, folder.string())) {
        const auto [shard, k] = places[position].second;
        topology.layers.push_back(shards[shard].read(k));
    }
    return topology;
}

/// Files of other tools do not tell groups. A convolution of one channel after a layer that gives several can but be
/// depthwise; other groups cannot be told from a layer that another one feeds.
void find_depthwise(Topology& topology) {
    for (std::size_t k = 1; k < topology.layers.size(); ++k) {
        Layer& layer = topology.layers[k];
        const std::size_t channels = topology.layers[k - 1].pattern.rows();
        const bool takes_one = is_convolution(layer.shape) && layer.shape[1] == 1 && channels > 1;
        if (takes_one && layer.shape[0] > 0 && layer.shape[0] % channels == 0) layer.groups = channels;
    }
}

Topology read_folder(const fs::path& folder, const MaskFileOptions& options) {
    const MaskFolder opened = open_folder(folder, options);
    return opened.is_layer_each ? read_layer_files(folder, opened.files, options)
                                : read_shards(folder, opened.files, opened.sources, options);
}

}  // namespace

bool is_layer_file(const fs::path& path) {
    return path.extension() == ".npz" || path.extension() == ".safetensors";
}

bool is_mask_file(const fs::path& path) {
    constexpr std::array<std::string_view, 9> endings{".npz",    ".npy",     ".safetensors", ".pt", ".pth",
                                                      ".pt.tar", ".pth.tar", ".ckpt",        ".bin"};
    const std::string name = tensor_place(path.string()).file.filename().string();
    return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

Topology read_mask_files(const fs::path& path, const MaskFileOptions& options) {
    std::error_code ignored;
    if (!fs::exists(tensor_place(path.string()).file, ignored)) {
        throw ConfigError("no such file or folder: " + path.string());
    }
    Topology topology = fs::is_directory(path, ignored) ? read_folder(path, options) : read_file(path, options);
    find_depthwise(topology);
    return topology;
}

}  // namespace espalier::topology
