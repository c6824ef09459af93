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
#include <espalier/data/image_folder.hpp>
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
        for (const DatasetForm& form : entry.forms) {
            if (!form.subfolder.empty()) all.push_back(folder / form.subfolder);
        }
        all.push_back(folder);
    };
    for (const fs::path& folder : roots(root)) {
        add(folder / entry.name);
        if (!is_named_after_another(folder, entry.name)) add(folder);
    }
    if (!entry.system_place.empty()) all.push_back(entry.system_place);
    return all;
}

/// Anything but a folder: what is no regular file is refused by name when it is read.
bool is_there(const fs::path& folder, const std::string& file) {
    std::error_code ignored;
    const fs::path path = data_file(folder, file);
    return fs::exists(path, ignored) && !fs::is_directory(path, ignored);
}

bool is_compiled_in(const DatasetEntry& entry) {
    return entry.forms.front().files.empty();
}

/// The form of the dataset that this folder holds; null where it holds none.
const DatasetForm* form_in(const fs::path& folder, const DatasetEntry& entry) {
    const auto found = std::ranges::find_if(entry.forms, [&](const DatasetForm& form) {
        return std::ranges::all_of(form.files, [&](const std::string& file) { return is_there(folder, file); });
    });
    return found == entry.forms.end() ? nullptr : &*found;
}

DatasetStatus status(const DatasetEntry& entry, const std::string& root) {
    DatasetStatus found{entry.name, entry.help, is_compiled_in(entry), {}, {}, entry.how_to_get};
    if (found.present) return found;
    for (const fs::path& place : places(entry, root)) {
        found.searched.push_back(place);
        if (form_in(place, entry) == nullptr) continue;
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
        const bool has_some = std::ranges::any_of(entry.forms, [&](const DatasetForm& form) {
            return std::ranges::any_of(form.files, [&](const std::string& file) { return is_there(place, file); });
        });
        texts.push_back(place.string() + (has_some ? " (only a part of its files)" : ""));
    }
    return texts.empty() ? "nowhere, as neither data.root nor ESPALIER_DATA is set" : join(texts);
}

void refuse_label(const std::string& name, const std::string& label) {
    if (label.empty()) return;
    throw ConfigError("data.label = \"" + label + "\" names a column of a .csv, which dataset " + name + " is not");
}

void require_label(const DatasetEntry& entry, const std::string& name, const std::string& label) {
    if (entry.labels.empty()) return refuse_label(name, label);
    if (label.empty() || std::ranges::find(entry.labels, label) != entry.labels.end()) return;
    throw ConfigError("data.label = \"" + label + "\": the labels of dataset " + name + " are " +
                      join(entry.labels, " or "));
}

Dataset load_form(const DatasetEntry& entry, const fs::path& folder, const std::string& label) {
    Dataset dataset = form_in(folder, entry)->load(folder, label);
    dataset.name = entry.name;
    return dataset;
}

/// Of a folder that is none of ours, labels say how many classes there are.
Dataset load_own_images(const fs::path& folder) {
    return load_idx_images(folder, mnist_files(), {});
}

/// The dataset with a name whose files this folder holds; null where there is none.
const DatasetEntry* entry_in(const fs::path& folder) {
    const auto found = std::ranges::find_if(dataset_entries(), [&](const DatasetEntry& entry) {
        return !is_compiled_in(entry) && form_in(folder, entry) != nullptr;
    });
    return found == dataset_entries().end() ? nullptr : &*found;
}

Dataset load_named_files(const DatasetEntry& entry, const fs::path& folder, const std::string& label) {
    require_label(entry, folder.string(), label);
    const bool is_mnist = entry.forms.front().files == mnist_files();
    Dataset dataset = is_mnist ? load_own_images(folder) : load_form(entry, folder, label);
    dataset.name = folder.string();
    return dataset;
}

Dataset load_folder(const fs::path& folder, const std::string& label) {
    std::error_code ignored;
    const bool has_table = fs::is_regular_file(folder / "train.csv", ignored);
    if (has_table && !label.empty()) return load_csv(folder / "train.csv", label);
    const bool has_arrays = is_array_folder(folder);
    const DatasetEntry* entry = has_arrays ? nullptr : entry_in(folder);
    if (entry != nullptr) return load_named_files(*entry, folder, label);
    refuse_label(folder.string(), label);
    if (has_arrays) return load_arrays(folder);
    if (has_table) return load_csv(folder / "train.csv", label);
    if (is_image_folder(folder)) return load_image_folder(folder);
    throw ConfigError("dataset " + folder.string() +
                      ": the folder holds no dataset; it may hold x.npy and y.npy, train.csv, folders train/CLASS with "
                      "images, or the files of a dataset that has a name, such as mnist's train-images-idx3-ubyte and "
                      "the other three");
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
    const DatasetEntry& entry = find_named(dataset_entries(), name, "dataset");
    require_label(entry, name, label);
    const DatasetStatus found = status(entry, root);
    if (!found.present) {
        throw ConfigError("dataset '" + name + "' not found; looked in: " + searched_text(found, entry) +
                          "; to get it: " + entry.how_to_get +
                          " (a folder to look in is named by data.root or ESPALIER_DATA)");
    }
    return load_form(entry, found.place, label);
}

}  // namespace espalier::data
