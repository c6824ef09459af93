#include <array>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <espalier/page/numbers.hpp>

namespace espalier::page {

Json rounded_number(double value, int digits) {
    if (!std::isfinite(value)) return nullptr;
    return report::number(std::strtod(fmt::format("{:.{}g}", value, digits).c_str(), nullptr));
}

Json rounded_numbers(std::span<const double> values, int digits) {
    Json list = Json::array();
    for (const double value : values) list.push_back(rounded_number(value, digits));
    return list;
}

std::string share_text(double share) {
    const double percent = 100.0 * share;
    return percent != 0.0 && std::abs(percent) < 1.0 ? fmt::format("{:.2g} %", percent)
                                                     : fmt::format("{:.1f} %", percent);
}

std::string count_text(std::size_t count, const std::string& noun) {
    if (count == 1) return "1 " + noun;
    const bool is_y =
        noun.size() > 1 && noun.back() == 'y' && std::string("aeou").find(noun[noun.size() - 2]) == std::string::npos;
    return std::to_string(count) + " " + (is_y ? noun.substr(0, noun.size() - 1) + "ies" : noun + "s");
}

std::string and_text(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t k = 0; k < words.size(); ++k) {
        if (k > 0) text += k + 1 == words.size() ? " and " : ", ";
        text += words[k];
    }
    return text;
}

}  // namespace espalier::page
