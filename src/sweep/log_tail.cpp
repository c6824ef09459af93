#include <fstream>
#include <string_view>

#include <espalier/sweep/log_tail.hpp>

namespace espalier::sweep {

std::string last_line(const std::filesystem::path& log, std::uintmax_t start) {
    constexpr std::string_view front = "espalier: ";
    std::error_code failed;
    if (!std::filesystem::is_regular_file(log, failed)) return "";
    std::ifstream in(log);
    in.seekg(static_cast<std::streamoff>(start));
    std::string last;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty()) last = line;
    }
    return last.starts_with(front) ? last.substr(front.size()) : last;
}

}  // namespace espalier::sweep
