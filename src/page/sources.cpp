#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/page/sources.hpp>
#include <espalier/sweep/find_runs.hpp>
#include <espalier/topology/files/mask_files.hpp>
#include <espalier/topology/files/topology_file.hpp>

namespace espalier::page {
namespace {

namespace fs = std::filesystem;

bool has_run(const fs::path& folder) {
    const auto options = fs::directory_options::skip_permission_denied;
    return std::ranges::any_of(fs::recursive_directory_iterator(folder, options), [](const fs::directory_entry& entry) {
        return entry.path().filename() == "run.h5" && entry.is_regular_file();
    });
}

/// The files of a folder that are masks.
std::vector<fs::path> masks_in(const fs::path& folder) {
    std::vector<fs::path> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        if (entry.is_regular_file() && topology::is_mask_file(entry.path())) found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
}

/// A folder of .npz or .safetensors is one topology, a layer or part each, as for all commands; files of PyTorch's are
/// one each.
std::vector<Source> in_folder(const std::string& folder) {
    std::vector<Source> found;
    if (has_run(folder)) {
        for (const fs::path& run : sweep::find_runs({folder})) found.push_back({run.string(), false});
        return found;
    }
    const std::vector<fs::path> masks = masks_in(folder);
    if (masks.empty()) {
        throw ConfigError("no run.h5 in " + folder +
                          " or below it, and no masks in it; name what espalier run, sweep or "
                          "es.SnapshotWriter wrote, or files of masks: a.pt, b.npz, c.safetensors");
    }
    const auto is_part = [](const fs::path& file) {
        return file.extension() == ".npz" || file.extension() == ".safetensors";
    };
    if (std::ranges::all_of(masks, is_part)) return {{folder, true}};
    for (const fs::path& file : masks) found.push_back({file.string(), true});
    return found;
}

/// What is neither a run nor a topology file is taken for a run: a row that says why it cannot be read.
bool is_topology_file(const fs::path& file) {
    try {
        return topology::is_mask_file(file) || !topology::is_run_file(file);
    } catch (const Error&) {
        return false;
    }
}

std::vector<Source> sources_of(const std::string& argument) {
    std::error_code failed;
    if (fs::is_directory(argument, failed)) return in_folder(argument);
    if (fs::exists(argument, failed)) return {{argument, is_topology_file(argument)}};
    // "run.h5@first", "model.pt:state_dict", and what is not there, which their reader says.
    const std::string front = argument.substr(0, std::min(argument.rfind('@'), argument.rfind(':')));
    if (front == argument || !fs::exists(front, failed)) throw ConfigError("no such file or folder: " + argument);
    return {{argument, true}};
}

}  // namespace

std::vector<Source> page_sources(const std::vector<std::string>& arguments) {
    std::vector<Source> all;
    std::set<fs::path> seen;
    for (const std::string& argument : arguments) {
        for (Source& source : sources_of(argument)) {
            std::error_code failed;
            if (seen.insert(fs::weakly_canonical(source.name, failed)).second) all.push_back(std::move(source));
        }
    }
    return all;
}

std::string topology_name(const std::string& label) {
    constexpr std::array<const char*, 9> endings{".pt.tar", ".pth.tar", ".npz",  ".npy", ".safetensors",
                                                 ".pt",     ".pth",     ".ckpt", ".h5"};
    const std::string trimmed = label.ends_with('/') ? label.substr(0, label.size() - 1) : label;
    const std::string name = fs::path(trimmed).filename().string();
    for (const std::string ending : endings) {
        if (name.size() > ending.size() && name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
    }
    return name;
}

}  // namespace espalier::page
