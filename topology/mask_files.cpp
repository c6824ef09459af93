#include <algorithm>
#include <charconv>

#include <espalier/base/error.hpp>
#include <espalier/base/npz.hpp>
#include <espalier/base/text.hpp>
#include <espalier/topology/mask_arrays.hpp>
#include <espalier/topology/mask_files.hpp>

namespace espalier::topology {
namespace {

namespace fs = std::filesystem;

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
    const NpzFile file(path);
    Topology topology{path.string(), {}};
    if (holds_one_matrix(file)) {
        const std::string name = path.stem().string();
        for ([[maybe_unused]] const std::size_t only : selected_layers({name}, options.layers, path.string())) {
            topology.layers.push_back(read_matrix(file, name, options));
        }
        return topology;
    }
    if (file.names().empty()) throw FormatError(path.string() + ": holds no array");
    for (const std::size_t k : selected_layers(file.names(), options.layers, path.string())) {
        topology.layers.push_back(read_dense(file, file.names()[k], options));
    }
    return topology;
}

Topology read_folder(const fs::path& folder, const MaskFileOptions& options) {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".npz") names.push_back(entry.path().stem().string());
    }
    if (names.empty()) throw ConfigError(folder.string() + ": the folder holds no .npz file");
    std::ranges::sort(names, natural_less);
    MaskFileOptions of_one = options;
    of_one.layers.clear();
    Topology topology{folder.string(), {}};
    for (const std::size_t k : selected_layers(names, options.layers, folder.string())) {
        const fs::path path = folder / (names[k] + ".npz");
        Topology one = read_file(path, of_one);
        if (one.layers.size() != 1) {
            throw FormatError(path.string() + ": holds " + std::to_string(one.layers.size()) +
                              " arrays; in a folder every .npz is one layer");
        }
        one.layers.front().name = names[k];
        topology.layers.push_back(std::move(one.layers.front()));
    }
    return topology;
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

Topology read_mask_files(const fs::path& path, const MaskFileOptions& options) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) throw ConfigError("no such file or folder: " + path.string());
    return fs::is_directory(path, ignored) ? read_folder(path, options) : read_file(path, options);
}

}  // namespace espalier::topology
