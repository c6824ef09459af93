#include <algorithm>
#include <cstdint>

#include <sys/stat.h>

#include <espalier/base/files/files.hpp>
#include <espalier/base/files/work_folder.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_plan = 256UL << 20;

struct FileFacts {
    std::uint64_t bytes = 0;
    std::int64_t changed = 0;  ///< nanoseconds
};

FileFacts facts_of(const fs::path& file) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) throw_errno("cannot look at", file.string());
    return {static_cast<std::uint64_t>(found.st_size), found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec};
}

/// With zeros in front.
std::string digits_of(std::size_t number, std::size_t digits) {
    const std::string written = std::to_string(number);
    return written.size() < digits ? std::string(digits - written.size(), '0') + written : written;
}

/// Whether nothing is there but what processes that begin now, or that were killed at it, have made.
bool is_unused(const fs::path& folder) {
    const auto is_begun = [](const fs::directory_entry& entry) {
        return entry.path().filename().string().starts_with("plan.txt");
    };
    std::error_code ignored;
    return std::ranges::all_of(fs::directory_iterator(folder, ignored), is_begun);
}

}  // namespace

WorkFolder::WorkFolder(fs::path folder, const std::vector<std::string>& plan, std::string suffix)
    : folder_(std::move(folder)), suffix_(std::move(suffix)) {
    for (const std::string& line : plan) plan_ += one_line(line) + "\n";
}

void WorkFolder::begin() const {
    const fs::path file = folder_ / "plan.txt";
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
        fs::create_directories(folder_, ignored);
        if (!fs::is_directory(folder_, ignored)) throw IoError("cannot make the folder " + folder_.string());
        if (!is_unused(folder_)) {
            throw ConfigError(folder_.string() +
                              ": is not empty and holds no plan.txt; work needs a folder of its own");
        }
        replace_file(file, [&](const fs::path& temporary) {
            std::ofstream out(temporary, std::ios::binary);
            out << plan_;
            if (!out.flush()) throw_errno("cannot write", temporary.string());
        });
        return;
    }
    const std::string found = read_text(file, longest_plan);
    if (found == plan_) return;
    const std::vector<std::string> here = split_lines(plan_);
    const std::vector<std::string> there = split_lines(found);
    const auto at = static_cast<std::size_t>(std::ranges::mismatch(here, there).in1 - here.begin());
    // Behind the last line end there is an empty line.
    const auto said = [&](const std::vector<std::string>& lines) {
        return at + 1 < lines.size() ? "'" + excerpt(lines[at], 200) + "'" : std::string("nothing more");
    };
    throw ConfigError(folder_.string() + ": holds the parts of another work: " + said(there) + " there, " + said(here) +
                      " here (plan.txt, line " + std::to_string(at + 1) +
                      "); choose another folder, or remove this one");
}

bool WorkFolder::has(std::size_t part) const {
    std::error_code ignored;
    return fs::is_regular_file(file_of(part), ignored);
}

void WorkFolder::write(std::size_t part, const std::function<void(const fs::path& temporary)>& fill) const {
    replace_file(file_of(part), fill);
}

fs::path WorkFolder::file_of(std::size_t part) const {
    return folder_ / ("part-" + digits_of(part, 6) + "." + suffix_);
}

std::string file_mark(const fs::path& path) {
    std::error_code ignored;
    FileFacts all = facts_of(path);
    if (fs::is_directory(path, ignored)) {
        all.bytes = 0;
        for (const fs::directory_entry& entry : fs::directory_iterator(path, ignored)) {
            const FileFacts one = facts_of(entry.path());
            all = {all.bytes + one.bytes, std::max(all.changed, one.changed)};
        }
    }
    return std::to_string(all.bytes) + " bytes of " + std::to_string(all.changed);
}

}  // namespace espalier
