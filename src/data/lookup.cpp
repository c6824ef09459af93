#include <algorithm>
#include <cstdlib>

#include <espalier/base/error.hpp>
#include <espalier/base/text.hpp>
#include <espalier/data/csv.hpp>
#include <espalier/data/folder.hpp>
#include <espalier/data/lookup.hpp>
#include <espalier/data/registry.hpp>

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
        return fs::exists(plain_or_gzip(folder, file), ignored);
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
            return fs::exists(plain_or_gzip(place, file), ignored);
        });
        texts.push_back(place.string() + (has_some ? " (only a part of its files)" : ""));
    }
    return texts.empty() ? "nowhere, as neither data.root nor ESPALIER_DATA is set" : join(texts);
}

}  // namespace

std::vector<DatasetStatus> dataset_status(const std::string& root) {
    std::vector<DatasetStatus> all;
    for (const DatasetEntry& entry : dataset_entries()) all.push_back(status(entry, root));
    return all;
}

Dataset load_dataset(const std::string& name, const std::string& root) {
    if (name.ends_with(".csv")) return load_csv(name);
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
