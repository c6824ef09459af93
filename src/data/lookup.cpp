#include <algorithm>
#include <cstdlib>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/data/array_source.hpp>
#include <espalier/data/arrays.hpp>
#include <espalier/data/csv.hpp>
#include <espalier/data/datasets.hpp>
#include <espalier/data/folder.hpp>
#include <espalier/data/idx_images.hpp>
#include <espalier/data/lookup.hpp>

namespace espalier::data {
namespace {

namespace fs = std::filesystem;

/// data.root's folders, then the environment's.
std::vector<fs::path> roots(const std::string& root) {
    const char* variable = std::getenv("ESPALIER_DATA");
    std::vector<fs::path> folders;
    for (const std::string& list : {root, std::string(variable == nullptr ? "" : variable)}) {
        for (const std::string& folder : split(list, ':')) {
            if (!folder.empty()) folders.emplace_back(folder);
        }
    }
    return folders;
}

bool is_named_after_another(const fs::path& folder, const std::string& name) {
    const fs::path last = folder.has_filename() ? folder.filename() : folder.parent_path().filename();
    return last != name &&
           std::ranges::any_of(dataset_entries(), [&](const auto& entry) { return last == entry.name; });
}

std::vector<fs::path> places(const DatasetEntry& entry, const std::string& root) {
    std::vector<fs::path> all;
    const auto add = [&](const fs::path& folder) {
        if (!entry.subfolder.empty()) all.push_back(folder / entry.subfolder);
        all.push_back(folder);
    };
    for (const fs::path& folder : roots(root)) {
        add(folder / entry.name);
        if (!is_named_after_another(folder, entry.name)) add(folder);
    }
    if (!entry.system_place.empty()) all.push_back(entry.system_place);
    return all;
}

bool holds(const fs::path& folder, const DatasetEntry& entry) {
    return std::ranges::all_of(entry.files, [&](const std::string& file) {
        std::error_code ignored;
        return fs::exists(data_file(folder, file), ignored);
    });
}

DatasetStatus status(const DatasetEntry& entry, const std::string& root) {
    DatasetStatus found{entry.name, entry.help, entry.files.empty(), {}, {}, entry.how_to_get};
    if (found.present) return found;
    for (const fs::path& place : places(entry, root)) {
        found.searched.push_back(place);
        if (!holds(place, entry)) continue;
        found.present = true;
        found.place = place;
        break;
    }
    return found;
}

/// "/a/mnist (only a part of its files), /a".
std::string searched_text(const DatasetStatus& status, const DatasetEntry& entry) {
    std::vector<std::string> texts;
    for (const fs::path& place : status.searched) {
        const bool has_some = std::ranges::any_of(entry.files, [&](const std::string& file) {
            std::error_code ignored;
            return fs::exists(data_file(place, file), ignored);
        });
        texts.push_back(place.string() + (has_some ? " (only a part of its files)" : ""));
    }
    return texts.empty() ? "nowhere, as neither data.root nor ESPALIER_DATA is set" : join(texts);
}

void refuse_label(const std::string& name, const std::string& label) {
    if (label.empty()) return;
    throw ConfigError("data.label = \"" + label + "\" names a column of a .csv, which dataset " + name + " is not");
}

/// Of a folder that is none of ours, labels say how many classes there are.
Dataset load_own_images(const fs::path& folder) {
    Dataset dataset = load_idx_images(folder, mnist_files(), {});
    dataset.name = folder.string();
    return dataset;
}

Dataset load_folder(const fs::path& folder, const std::string& label) {
    std::error_code ignored;
    const bool has_table = fs::is_regular_file(folder / "train.csv", ignored);
    if (!has_table) refuse_label(folder.string(), label);
    if (has_table && !label.empty()) return load_csv(folder / "train.csv", label);
    if (is_array_folder(folder)) return load_arrays(folder);
    for (const DatasetEntry& entry : dataset_entries()) {
        if (entry.files.empty() || !holds(folder, entry)) continue;
        if (entry.files == mnist_files()) return load_own_images(folder);
        Dataset dataset = entry.load(folder);
        dataset.name = folder.string();
        return dataset;
    }
    if (has_table) return load_csv(folder / "train.csv", label);
    throw ConfigError(
        "dataset " + folder.string() +
        ": the folder holds no dataset; it may hold x.npy and y.npy, train.csv, or the files of a dataset "
        "that has a name, such as mnist's train-images-idx3-ubyte and the other three");
}

Dataset load_path(const fs::path& path, const std::string& label) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) return load_folder(path, label);
    if (!fs::is_regular_file(path, ignored)) throw ConfigError("dataset " + path.string() + ": no such file");
    const std::string ending = path.extension().string();
    if (ending == ".csv") return load_csv(path, label);
    refuse_label(path.string(), label);
    if (ending == ".npz" || ending == ".npy") return load_arrays(path);
    throw ConfigError("dataset " + path.string() + ": a file that ends in " + join(dataset_endings()) +
                      " or a folder is needed");
}

}  // namespace

std::vector<DatasetStatus> dataset_status(const std::string& root) {
    std::vector<DatasetStatus> all;
    for (const DatasetEntry& entry : dataset_entries()) all.push_back(status(entry, root));
    return all;
}

const std::vector<std::string>& dataset_endings() {
    static const std::vector<std::string> endings = {".csv", ".npz", ".npy"};
    return endings;
}

bool is_dataset_path(const std::string& name) {
    return name.find('/') != std::string::npos ||
           std::ranges::any_of(dataset_endings(), [&](const std::string& ending) { return name.ends_with(ending); });
}

Dataset load_dataset(const std::string& name, const std::string& root, const std::string& label) {
    if (is_dataset_path(name)) return load_path(name, label);
    refuse_label(name, label);
    const DatasetEntry& entry = find_named(dataset_entries(), name, "dataset");
    const DatasetStatus found = status(entry, root);
    if (!found.present) {
        throw ConfigError("dataset '" + name + "' not found; looked in: " + searched_text(found, entry) +
                          "; to get it: " + entry.how_to_get +
                          " (a folder to look in is named by data.root or ESPALIER_DATA)");
    }
    Dataset dataset = entry.load(found.place);
    dataset.name = name;
    return dataset;
}

}  // namespace espalier::data
