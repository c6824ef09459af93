#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <espalier/base/text/duration.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>

namespace espalier {
namespace {

constexpr double longest_length = 1e9;

/// The whole text as a number, or a NaN.
double number(std::string_view text) {
    double value = 0.0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc{} && end == text.data() + text.size() ? value : std::nan("");
}

std::string shortest(double value) {
    std::array<char, 32> buffer{};
    const auto [end, failed] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return {buffer.data(), end};
}

}  // namespace

Duration Duration::parse(std::string_view text) {
    const bool in_iterations = text.ends_with("it");
    std::string_view digits = text;
    if (in_iterations || text.ends_with("ep")) digits.remove_suffix(2);
    const double value = number(digits);
    const bool valid = value >= 0.0 && value <= longest_length && (!in_iterations || value == std::floor(value));
    if (!valid) {
        throw ConfigError("'" + excerpt(text) +
                          "' is not a length of time: write \"5ep\", \"400it\" or a number of epochs");
    }
    return in_iterations ? steps(static_cast<std::int64_t>(value)) : epochs(value);
}

std::string Duration::text() const {
    return steps_ != 0 ? std::to_string(steps_) + "it" : shortest(epochs_) + "ep";
}

std::int64_t Duration::in_steps(std::int64_t steps_per_epoch) const {
    if (is_zero()) return 0;
    const auto from_epochs = static_cast<std::int64_t>(std::llround(epochs_ * static_cast<double>(steps_per_epoch)));
    return std::max<std::int64_t>(1, steps_ != 0 ? steps_ : from_epochs);
}

}  // namespace espalier
