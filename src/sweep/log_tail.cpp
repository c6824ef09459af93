#include <fstream>
#include <string_view>

#include <espalier/sweep/log_tail.hpp>

namespace espalier::sweep {
namespace {

constexpr std::string_view told_by = "espalier: ";

/// Those that are not empty.
std::vector<std::string> lines_of_log(const std::filesystem::path& log, std::uintmax_t start) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(log, failed)) return {};
    std::ifstream in(log);
    in.seekg(static_cast<std::streamoff>(start));
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

}  // namespace

std::string last_line(const std::filesystem::path& log, std::uintmax_t start) {
    const std::vector<std::string> lines = lines_of_log(log, start);
    if (lines.empty()) return "";
    return lines.back().starts_with(told_by) ? lines.back().substr(told_by.size()) : lines.back();
}

std::vector<std::string> notices(const std::filesystem::path& log, std::uintmax_t start) {
    std::vector<std::string> told;
    for (const std::string& line : lines_of_log(log, start)) {
        if (line.starts_with(told_by)) told.push_back(line.substr(told_by.size()));
    }
    return told;
}

}  // namespace espalier::sweep
