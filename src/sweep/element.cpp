#include <algorithm>
#include <fstream>
#include <map>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/sweep/element.hpp>
#include <espalier/training/run/run_summary.hpp>

namespace espalier::sweep {
namespace {

namespace fs = std::filesystem;

constexpr const char* list_of_elements = "elements.txt";
constexpr const char* list_of_replaced = "replace.txt";
const std::string no_readable_run = "unreadable";

void write_lines(const fs::path& file, const std::vector<std::string>& lines) {
    replace_file(file, [&](const fs::path& temporary) {
        std::ofstream out(temporary, std::ios::binary);
        for (const std::string& line : lines) out << line << '\n';
        if (!out.flush()) throw IoError("cannot write " + file.string());
    });
}

std::vector<std::string> lines_of(const fs::path& file) {
    std::vector<std::string> lines = split_lines(read_text(file));
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
}

/// Seen from a folder, so that both can be moved together.
std::string seen_from(const fs::path& folder, const fs::path& run) {
    return fs::absolute(run).lexically_normal().lexically_relative(fs::absolute(folder).lexically_normal()).string();
}

/// When the run on the disk was begun, which tells it from one that took its place.
std::string creation(const fs::path& run) {
    std::error_code failed;
    if (!fs::exists(run / "run.h5", failed)) return "";
    try {
        return training::read_run_summary(run / "run.h5").created;
    } catch (const Error&) {
        return no_readable_run;
    }
}

}  // namespace

void write_elements(const fs::path& folder, const std::vector<std::vector<fs::path>>& elements) {
    std::vector<std::string> lines;
    for (const std::vector<fs::path>& runs : elements) {
        std::vector<std::string> names;
        for (const fs::path& run : runs) names.push_back(seen_from(folder, run));
        lines.push_back(join(names, "\t"));
    }
    write_lines(folder / list_of_elements, lines);
}

std::vector<std::vector<fs::path>> read_elements(const fs::path& folder) {
    std::error_code failed;
    if (!fs::exists(folder / list_of_elements, failed)) {
        throw ConfigError("no " + std::string(list_of_elements) + " in " + folder.string() +
                          ": espalier sweep FILE --prepare writes one into the sweep's folder");
    }
    std::vector<std::vector<fs::path>> elements;
    for (const std::string& line : lines_of(folder / list_of_elements)) {
        std::vector<fs::path>& runs = elements.emplace_back();
        for (const std::string& name : split(line, '\t')) runs.push_back((folder / name).lexically_normal());
    }
    return elements;
}

std::vector<fs::path> element_runs(const fs::path& folder, std::size_t index) {
    std::vector<std::vector<fs::path>> elements = read_elements(folder);
    if (index < elements.size()) return std::move(elements[index]);
    throw ConfigError("there is no element " + std::to_string(index) + " in " + (folder / list_of_elements).string() +
                      ", which has " + std::to_string(elements.size()) + ", counted from 0");
}

void write_replaced(const fs::path& folder, const std::vector<Item>& items) {
    std::vector<std::string> lines;
    for (const Item& item : items) {
        if (item.step == Step::replace) lines.push_back(seen_from(folder, item.folder) + "\t" + creation(item.folder));
    }
    if (!lines.empty()) write_lines(folder / list_of_replaced, lines);
}

void mark_replaced(const fs::path& folder, std::vector<Item>& items) {
    std::error_code failed;
    if (!fs::exists(folder / list_of_replaced, failed)) return;
    std::map<std::string, std::string> replaced;
    for (const std::string& line : lines_of(folder / list_of_replaced)) {
        const std::size_t tab = line.find('\t');
        if (tab != std::string::npos) replaced[line.substr(0, tab)] = line.substr(tab + 1);
    }
    for (Item& item : items) {
        if (item.state.status == "running" || item.state.status == "absent") continue;
        const auto found = replaced.find(seen_from(folder, item.folder));
        if (found != replaced.end() && found->second == creation(item.folder)) item.step = Step::replace;
    }
}

Point prepared_point(const fs::path& run) {
    std::error_code failed;
    if (!fs::exists(run / "run.toml", failed)) {
        throw ConfigError(run.string() + " holds no run.toml: it has not been prepared");
    }
    Point point;
    point.name = run.filename().string();
    const config::Settings settings = config::read_toml(run / "run.toml");
    point.config = config::portable(config::resolve(settings, config::InitFile::trust), run);
    return point;
}

std::vector<Item> element_agenda(const fs::path& folder, std::size_t index) {
    std::vector<Item> agenda;
    for (const fs::path& run : element_runs(folder, index)) {
        Item item{.point = prepared_point(run), .folder = run, .state = {}};
        item.state = state_of(item.point, run);
        item.step = next_step(item.state, {});
        agenda.push_back(std::move(item));
    }
    mark_replaced(folder, agenda);
    return agenda;
}

}  // namespace espalier::sweep
