#include <charconv>
#include <cmath>
#include <numbers>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/rules/grow_init.hpp>

namespace espalier::sparsity {
namespace {

double number_behind(const std::string& text, std::size_t colon) {
    double number = 0.0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, number);
    if (error != std::errc() || rest != end || !std::isfinite(number)) {
        throw ConfigError("must have a number behind the colon, as in \"normal:0.1\"");
    }
    return number;
}

/// Above 0 and below 1, of 32 random bits.
double open_unit(std::uint32_t word) {
    return (static_cast<double>(word) + 0.5) / 4294967296.0;
}

double drawn(const GrowInit& how, double inputs, const std::array<std::uint32_t, 4>& words) {
    if (how.kind == GrowInit::Kind::uniform) return (2.0 * open_unit(words[0]) - 1.0) * std::sqrt(6.0 / inputs);
    // Box and Muller 1958.
    return how.scale * std::sqrt(-2.0 * std::log(open_unit(words[0]))) *
           std::cos(2.0 * std::numbers::pi * open_unit(words[1]));
}

}  // namespace

GrowInit parse_grow_init(const std::string& text) {
    if (text == "zeros") return {};
    if (text == "uniform") return {GrowInit::Kind::uniform, 0.0};
    const std::size_t colon = text.find(':');
    const std::string name = text.substr(0, colon);
    if (colon != std::string::npos && name == "normal") return {GrowInit::Kind::normal, number_behind(text, colon)};
    if (colon != std::string::npos && name == "grad") return {GrowInit::Kind::gradient, number_behind(text, colon)};
    throw ConfigError("must be zeros, uniform, normal:DEVIATION or grad:FACTOR");
}

void set_grown(const GrowInit& how, const PatternUpdate& update, std::span<const float> gradient, const Stream& stream,
               std::span<float> values) {
    if (how.kind == GrowInit::Kind::zeros) return;
    const Pattern& pattern = update.pattern;
    const auto inputs = static_cast<double>(pattern.cols());
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        const std::size_t begin = pattern.row_begin(row);
        for (std::size_t k = begin; k < pattern.row_begin(row + 1); ++k) {
            if (update.source[k] != PatternUpdate::grown_here) continue;
            if (how.kind == GrowInit::Kind::gradient) {
                values[k] = static_cast<float>(how.scale * gradient[k]);
                continue;
            }
            const std::size_t position = row * pattern.cols() + pattern.row(row)[k - begin];
            values[k] = static_cast<float>(drawn(how, inputs, stream.at(static_cast<std::uint32_t>(position))));
        }
    }
}

}  // namespace espalier::sparsity
