#include <array>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include <espalier/cli/json.hpp>

namespace espalier::cli {

double shortest(float value) {
    if (!std::isfinite(value)) return static_cast<double>(value);
    std::array<char, 32> text{};
    const auto [end, failed] = std::to_chars(text.data(), text.data() + text.size(), value);
    double widened = 0.0;
    std::from_chars(text.data(), end, widened);
    return widened;
}

void put_number(Json& object, const std::string& name, double value, const std::string& reason) {
    if (std::isfinite(value)) {
        object[name] = value;
    } else {
        object[name] = nullptr;
        object[name + "_reason"] = reason;
    }
}

std::string document(const Json& json) {
    constexpr int indent = 1;
    return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace espalier::cli
