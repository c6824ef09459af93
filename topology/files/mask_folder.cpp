#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/mask_files.hpp>
#include <espalier/topology/files/mask_folder.hpp>

namespace espalier::topology {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

MaskFolder open_folder(const fs::path& folder, const MaskFileOptions& options) {
    MaskFolder opened{.files = mask_files_in(folder), .sources = {}, .is_layer_each = true};
    if (opened.files.front().extension() == ".npz") return opened;
    for (const fs::path& file : opened.files) opened.sources.push_back(open_layers(file, options));
    opened.is_layer_each =
        std::ranges::all_of(opened.sources, [](const LayerSource& source) { return source.names.size() == 1; });
    return opened;
}

}  // namespace espalier::topology
