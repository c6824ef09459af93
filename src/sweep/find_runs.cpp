#include <algorithm>
#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/sweep/find_runs.hpp>

namespace espalier::sweep {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> runs_below(const fs::path& folder) {
    std::vector<fs::path> found;
    const auto options = fs::directory_options::skip_permission_denied;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, options)) {
        if (entry.path().filename() == "run.h5" && entry.is_regular_file()) found.push_back(entry.path());
    }
    if (found.empty()) throw ConfigError("no run.h5 in " + folder.string() + " or below it");
    std::ranges::sort(found, natural_less, [](const fs::path& path) { return path.string(); });
    return found;
}

}  // namespace

std::vector<fs::path> find_runs(const std::vector<std::string>& names) {
    std::vector<fs::path> runs;
    std::set<fs::path> seen;
    for (const std::string& name : names) {
        std::error_code failed;
        if (!fs::exists(name, failed)) throw ConfigError("no such file or folder: " + name);
        const bool is_folder = fs::is_directory(name, failed);
        for (const fs::path& run : is_folder ? runs_below(name) : std::vector<fs::path>{name}) {
            if (seen.insert(fs::weakly_canonical(run, failed)).second) runs.push_back(run);
        }
    }
    return runs;
}

}  // namespace espalier::sweep
