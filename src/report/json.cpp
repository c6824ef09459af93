#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>

namespace espalier::report {

double shortest(float value) {
    if (!std::isfinite(value)) return static_cast<double>(value);
    std::array<char, 32> text{};
    const auto [end, failed] = std::to_chars(text.data(), text.data() + text.size(), value);
    double widened = 0.0;
    std::from_chars(text.data(), end, widened);
    return widened;
}

Json number(double value) {
    constexpr double exact_integers = 9007199254740992.0;
    if (!std::isfinite(value)) return nullptr;
    const bool whole = value == std::floor(value) && std::abs(value) < exact_integers;
    return whole ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

void put_number(Json& object, const std::string& name, double value, const std::string& reason) {
    object[name] = number(value);
    if (!std::isfinite(value)) object[name + "_reason"] = reason;
}

std::string document(const Json& json) {
    constexpr int on_one_line = -1;
    return json.dump(on_one_line, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace espalier::report
