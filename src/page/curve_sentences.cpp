#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <espalier/page/curve_sentences.hpp>
#include <espalier/report/units.hpp>

namespace espalier::page {
namespace {

/// "0.25" of an epoch; steps as they are.
std::string place_text(double x) {
    return x == std::floor(x) ? fmt::format("{:.0f}", x) : fmt::format("{:.4g}", x);
}

/// Equal as far as texts show.
bool looks_equal(double a, double b, const std::string& unit) {
    return value_text(a, unit) == value_text(b, unit);
}

/// Whether every seed of the better group ends beyond every seed of the other.
bool is_apart(const Band& better, const Band& other, bool more_is_better) {
    return more_is_better ? better.low.back() > other.high.back() : better.high.back() < other.low.back();
}

std::string of_seeds(const Band& band) {
    return band.runs == 1 ? "one seed" : fmt::format("the mean of {} seeds", band.runs);
}

std::string separation(const Band& first, const Band& second, bool more_is_better) {
    if (first.runs < 2 || second.runs < 2) return "One seed alone does not say how much of that is chance.";
    if (!is_apart(first, second, more_is_better)) return "Their seeds overlap at the end.";
    return fmt::format("Every seed of {} ends {} every seed of {}.", first.label, more_is_better ? "above" : "below",
                       second.label);
}

bool is_constant(const Band& band, const std::string& unit) {
    return looks_equal(std::ranges::min(band.low), std::ranges::max(band.high), unit);
}

/// "falls from 50.0 % to 10.0 %".
std::string course_of(const Band& band, const std::string& unit) {
    const std::string first = value_text(band.mean.front(), unit);
    const std::string last = value_text(band.mean.back(), unit);
    if (is_constant(band, unit)) return "stays at " + last;
    if (first == last) return "begins and ends at " + last;
    return (band.mean.back() > band.mean.front() ? "rises from " : "falls from ") + first + " to " + last;
}

/// Of more groups than a sentence can name: how many do what, and between what they end.
std::string course_of_many(const std::vector<Band>& bands, const std::string& unit, const std::string& what) {
    std::size_t constant = 0;
    std::size_t rising = 0;
    const auto by_end = [](const Band& a, const Band& b) { return a.mean.back() < b.mean.back(); };
    for (const Band& band : bands) {
        if (is_constant(band, unit)) {
            ++constant;
        } else {
            rising += band.mean.back() > band.mean.front();
        }
    }
    const std::size_t falling = bands.size() - constant - rising;
    std::vector<std::string> parts;
    if (constant > 0) parts.push_back("constant in " + std::to_string(constant));
    if (rising > 0) parts.push_back("higher at the end in " + std::to_string(rising));
    if (falling > 0) parts.push_back("lower at the end in " + std::to_string(falling));
    const auto [low, high] = std::ranges::minmax_element(bands, by_end);
    return fmt::format("{} is {} of {} groups; it ends between {} ({}) and {} ({}).", what, and_text(parts),
                       bands.size(), value_text(low->mean.back(), unit), low->label,
                       value_text(high->mean.back(), unit), high->label);
}

}  // namespace

std::string value_text(double value, const std::string& unit) {
    if (unit == "percent") return share_text(value);
    if (unit == "seconds") return report::duration_text(value);
    if (unit == "flops") return report::flops_text(value);
    return fmt::format("{:.3g}", value);
}

std::string ranking_sentence(const std::vector<Band>& bands, const std::string& unit, bool more_is_better) {
    if (bands.empty()) return "";
    std::vector<const Band*> order;
    for (const Band& band : bands) order.push_back(&band);
    std::ranges::stable_sort(order, [&](const Band* a, const Band* b) {
        return more_is_better ? a->mean.back() > b->mean.back() : a->mean.back() < b->mean.back();
    });
    const Band& first = *order.front();
    const std::string end = value_text(first.mean.back(), unit);
    if (order.size() == 1) return fmt::format("{} ends at {}, {}.", first.label, end, of_seeds(first));
    const Band& second = *order[1];
    if (looks_equal(first.mean.back(), second.mean.back(), unit)) {
        return fmt::format("{} and {} end alike, at {}.", first.label, second.label, end);
    }
    return fmt::format("{} ends {}, at {} ({}); {} comes next, at {}. {}", first.label,
                       more_is_better ? "highest" : "lowest", end, of_seeds(first), second.label,
                       value_text(second.mean.back(), unit), separation(first, second, more_is_better));
}

std::string rise_sentence(const std::vector<Band>& bands, const std::string& unit, const std::string& x_name) {
    constexpr double worth_saying = 1.05;
    std::vector<std::string> rising;
    for (const Band& band : bands) {
        const auto lowest = std::ranges::min_element(band.mean);
        if (!(*lowest > 0.0) || !(band.mean.back() > worth_saying * *lowest)) continue;
        const double x = band.x[static_cast<std::size_t>(lowest - band.mean.begin())];
        rising.push_back(
            fmt::format("{} (lowest at {} {}, {})", band.label, x_name, place_text(x), value_text(*lowest, unit)));
    }
    if (rising.empty()) return "";
    return "It rises again towards the end for " + and_text(rising) + ".";
}

std::string course_sentence(const std::vector<Band>& bands, const std::string& unit, const std::string& what) {
    constexpr std::size_t most_named = 4;
    if (bands.empty()) return "";
    const std::string first = course_of(bands.front(), unit);
    const bool is_one = std::ranges::all_of(bands, [&](const Band& band) { return course_of(band, unit) == first; });
    if (is_one) return fmt::format("{} {}{}.", what, first, bands.size() > 1 ? " for every group" : "");
    if (bands.size() > most_named) return course_of_many(bands, unit, what);
    std::vector<std::string> parts;
    for (const Band& band : bands) parts.push_back("for " + band.label + " it " + course_of(band, unit));
    return what + ": " + and_text(parts) + ".";
}

}  // namespace espalier::page
