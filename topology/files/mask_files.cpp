#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <espalier/base/error.hpp>
#include <espalier/base/tensor_file.hpp>
#include <espalier/base/text.hpp>
#include <espalier/topology/files/layer_source.hpp>
#include <espalier/topology/files/mask_files.hpp>

namespace espalier::topology {
namespace {

namespace fs = std::filesystem;

constexpr const char* npz_extension = ".npz";

/// Our own files number their layers: "fc1" asks for "000_fc1" too.
bool is_called(const std::string& name, const std::string& wanted) {
    const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
    return name == wanted ||
           (digits > 0 && digits < name.size() && name[digits] == '_' && name.substr(digits + 1) == wanted);
}

std::size_t find_layer(const std::vector<std::string>& names, const std::string& wanted, const std::string& where) {
    const auto named = std::ranges::find_if(names, [&](const std::string& name) { return is_called(name, wanted); });
    if (named != names.end()) return static_cast<std::size_t>(named - names.begin());
    std::size_t position = 0;
    const char* end = wanted.data() + wanted.size();
    const auto [stop, error] = std::from_chars(wanted.data(), end, position);
    if (error == std::errc() && stop == end && position < names.size()) return position;
    throw ConfigError(where + ": there is no layer '" + wanted + "'." + did_you_mean(wanted, names) +
                      " It has: " + join(names));
}

Topology read_file(const fs::path& path, const MaskFileOptions& options) {
    const LayerSource source = open_layers(path);
    Topology topology{path.string(), {}};
    for (const std::size_t k : selected_layers(source.names, options.layers, path.string())) {
        topology.layers.push_back(source.read(k, options));
    }
    return topology;
}

/// Mask files of a folder, in natural order of their names; all of one kind.
std::vector<fs::path> mask_files_in(const fs::path& folder) {
    std::vector<fs::path> paths;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        if (is_layer_file(entry.path())) paths.push_back(entry.path());
    }
    if (paths.empty()) throw ConfigError(folder.string() + ": the folder holds no .npz or .safetensors file");
    std::ranges::sort(
        paths, [](const fs::path& a, const fs::path& b) { return natural_less(a.stem().string(), b.stem().string()); });
    const auto differs = [&](const fs::path& path) { return path.extension() != paths.front().extension(); };
    if (std::ranges::any_of(paths, differs)) {
        throw ConfigError(folder.string() + ": the folder holds .npz and .safetensors files; keep one kind");
    }
    return paths;
}

/// One layer a file, called as the file is.
Topology read_layer_files(const fs::path& folder, const std::vector<fs::path>& paths, const MaskFileOptions& options) {
    std::vector<std::string> names;
    for (const fs::path& path : paths) names.push_back(path.stem().string());
    MaskFileOptions of_one = options;
    of_one.layers.clear();
    Topology topology{folder.string(), {}};
    for (const std::size_t k : selected_layers(names, options.layers, folder.string())) {
        const LayerSource source = open_layers(paths[k]);
        if (source.names.size() != 1) {
            throw FormatError(paths[k].string() + ": holds " + std::to_string(source.names.size()) +
                              " arrays; in a folder every .npz is one layer");
        }
        topology.layers.push_back(source.read(0, of_one));
        topology.layers.back().name = names[k];
    }
    return topology;
}

/// The parts of one large model: layers of all files in natural order of their own names.
Topology read_shards(const fs::path& folder, const std::vector<LayerSource>& shards, const MaskFileOptions& options) {
    std::vector<std::pair<std::string, std::pair<std::size_t, std::size_t>>> places;
    for (std::size_t shard = 0; shard < shards.size(); ++shard) {
        const auto& names = shards[shard].names;
        for (std::size_t k = 0; k < names.size(); ++k) places.push_back({names[k], {shard, k}});
    }
    std::ranges::stable_sort(places, [](const auto& a, const auto& b) { return natural_less(a.first, b.first); });
    std::vector<std::string> names;
    for (const auto& [name, place] : places) {
        if (!names.empty() && names.back() == name) {
            throw FormatError(folder.string() + ": two of its files hold a tensor '" + name + "'");
        }
        names.push_back(name);
    }
    Topology topology{folder.string(), {}};
    for (const std::size_t position : selected_layers(names, options.layers, folder.string())) {
        const auto [shard, k] = places[position].second;
        topology.layers.push_back(shards[shard].read(k, options));
    }
    return topology;
}

Topology read_folder(const fs::path& folder, const MaskFileOptions& options) {
    const std::vector<fs::path> paths = mask_files_in(folder);
    if (paths.front().extension() == npz_extension) return read_layer_files(folder, paths, options);
    std::vector<LayerSource> shards;
    for (const fs::path& path : paths) shards.push_back(open_layers(path));
    const bool is_layer_each = std::ranges::all_of(shards, [](const auto& shard) { return shard.names.size() == 1; });
    return is_layer_each ? read_layer_files(folder, paths, options) : read_shards(folder, shards, options);
}

}  // namespace

Orientation parse_orientation(const std::string& text) {
    if (text == "out-in") return Orientation::out_in;
    if (text == "in-out") return Orientation::in_out;
    throw ConfigError("orientation '" + text + "': 'in-out' or 'out-in' is needed");
}

std::vector<std::size_t> selected_layers(const std::vector<std::string>& names, const std::vector<std::string>& wanted,
                                         const std::string& where) {
    std::vector<std::size_t> positions;
    positions.reserve(names.size());
    for (const std::string& name : wanted) positions.push_back(find_layer(names, name, where));
    for (std::size_t k = 0; wanted.empty() && k < names.size(); ++k) positions.push_back(k);
    std::vector<std::size_t> sorted = positions;
    std::ranges::sort(sorted);
    const auto twice = std::ranges::adjacent_find(sorted);
    if (twice != sorted.end()) throw ConfigError(where + ": layer '" + names[*twice] + "' is selected twice");
    return positions;
}

bool is_layer_file(const fs::path& path) {
    return path.extension() == npz_extension || path.extension() == ".safetensors";
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
    return fs::is_directory(path, ignored) ? read_folder(path, options) : read_file(path, options);
}

}  // namespace espalier::topology
