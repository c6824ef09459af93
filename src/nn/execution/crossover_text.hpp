#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier::nn::crossover_text {

// What tables of crossovers have in common: the words of their one line of text, and places between the points of a
// grid.

[[noreturn]] inline void refuse(const std::string& why) {
    throw ConfigError("is no table of crossovers: " + why + "; 'espalier tune' makes one");
}

inline void require_counts(const std::vector<std::size_t>& counts, const std::string& name) {
    const bool ascend = std::ranges::adjacent_find(counts, std::greater_equal<>{}) == counts.end();
    if (counts.empty() || counts.front() < 1 || !ascend) refuse(name + " must be counts that ascend from 1");
}

inline std::vector<std::string> words(const std::string& text) {
    std::vector<std::string> all = split(text, ' ');
    std::erase(all, "");
    return all;
}

template <class Number>
Number number(const std::string& word) {
    Number value{};
    const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (failed != std::errc() || end != word.data() + word.size()) refuse("'" + excerpt(word) + "' is no number");
    return value;
}

/// The numbers behind the name that a part must begin with.
template <class Number>
std::vector<Number> numbers(const std::string& part, const std::string& name) {
    const std::vector<std::string> all = words(part);
    if (all.empty() || all.front() != name) refuse("'" + name + "' and its numbers are missing");
    std::vector<Number> values;
    for (std::size_t k = 1; k < all.size(); ++k) {
        if (all[k] != "/") values.push_back(number<Number>(all[k]));
    }
    return values;
}

template <class Number>
std::string shortest(Number value) {
    std::array<char, 32> buffer{};
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

template <class Number>
std::string part(const std::string& name, const std::vector<Number>& values, std::size_t row) {
    std::string text = " | " + name;
    for (std::size_t k = 0; k < values.size(); ++k) {
        text += (k > 0 && k % row == 0 ? " / " : " ") + shortest(values[k]);
    }
    return text;
}

/// Where a count lies on an axis: between `index` and the next, `share` of the way in logarithms.
struct Place {
    std::size_t index, next;
    double share;
};

inline Place place(const std::vector<std::size_t>& axis, std::size_t count) {
    const auto above = std::ranges::upper_bound(axis, count);
    if (above == axis.begin()) return {0, 0, 0.0};
    const auto index = static_cast<std::size_t>(above - axis.begin()) - 1;
    if (above == axis.end()) return {index, index, 0.0};
    const auto log = [](std::size_t n) { return std::log(static_cast<double>(n)); };
    return {index, index + 1, (log(count) - log(axis[index])) / (log(*above) - log(axis[index]))};
}

/// The value at a place of a grid, [rows x columns]; linear between its points.
inline double at(const std::vector<double>& values, std::size_t columns, const Place& row, const Place& column) {
    const auto between = [](double a, double b, double share) { return a + share * (b - a); };
    const auto at_row = [&](std::size_t r) {
        return between(values[r * columns + column.index], values[r * columns + column.next], column.share);
    };
    return between(at_row(row.index), at_row(row.next), row.share);
}

/// @throws ConfigError where there are not `wanted` densities, all in (0, 1]
inline void require_densities(const std::string& name, const std::vector<double>& values, std::size_t wanted) {
    if (values.size() != wanted) {
        refuse(name + " has " + std::to_string(values.size()) + " densities, not " + std::to_string(wanted));
    }
    const bool sound = std::ranges::all_of(values, [](double d) { return d > 0.0 && d <= 1.0; });
    if (!sound) refuse(name + " has a density that is not above 0 and at most 1");
}

}  // namespace espalier::nn::crossover_text
