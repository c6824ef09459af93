#include <algorithm>
#include <charconv>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/kernels/activations.hpp>
#include <espalier/nn/execution/crossovers.hpp>

namespace espalier::nn {
namespace {

[[noreturn]] void refuse(const std::string& why) {
    throw ConfigError("is no table of crossovers: " + why + "; 'espalier tune' makes one");
}

void require_counts(const std::vector<std::size_t>& counts, const std::string& name) {
    const bool ascend = std::ranges::adjacent_find(counts, std::greater_equal<>{}) == counts.end();
    if (counts.empty() || counts.front() < 1 || !ascend) refuse(name + " must be counts that ascend from 1");
}

std::vector<std::string> words(const std::string& text) {
    std::vector<std::string> all = split(text, ' ');
    std::erase(all, "");
    return all;
}

template <class Number>
Number number(const std::string& word) {
    Number value{};
    const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (failed != std::errc() || end != word.data() + word.size()) refuse("'" + word + "' is no number");
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

Place place(const std::vector<std::size_t>& axis, std::size_t count) {
    const auto above = std::ranges::upper_bound(axis, count);
    if (above == axis.begin()) return {0, 0, 0.0};
    const auto index = static_cast<std::size_t>(above - axis.begin()) - 1;
    if (above == axis.end()) return {index, index, 0.0};
    const auto log = [](std::size_t n) { return std::log(static_cast<double>(n)); };
    return {index, index + 1, (log(count) - log(axis[index])) / (log(*above) - log(axis[index]))};
}

}  // namespace

std::string to_string(Product product) {
    switch (product) {
        case Product::forward:
            return "forward";
        case Product::gradients:
            return "gradients";
        case Product::weight_gradient:
            return "weight_gradient";
    }
    return "unknown";
}

Crossovers::Crossovers(std::string instruction_set, Grid grid, Densities densities)
    : instruction_set_(std::move(instruction_set)), grid_(std::move(grid)), densities_(std::move(densities)) {
    require_counts(grid_.features, "features");
    require_counts(grid_.lanes, "lanes");
    for (const Product product : all_products) {
        const std::vector<double>& values = this->densities(product);
        const std::size_t wanted = grid_.features.size() * grid_.lanes.size();
        if (values.size() != wanted) {
            refuse(to_string(product) + " has " + std::to_string(values.size()) + " densities, not " +
                   std::to_string(wanted));
        }
        const bool sound = std::ranges::all_of(values, [](double d) { return d > 0.0 && d <= 1.0; });
        if (!sound) refuse(to_string(product) + " has a density that is not above 0 and at most 1");
    }
}

Crossovers Crossovers::parse(std::string_view text) {
    const std::vector<std::string> parts = split(text, '|');
    if (parts.size() != 3 + all_products.size()) refuse("it has " + std::to_string(parts.size()) + " parts, not 6");
    const std::vector<std::string> set = words(parts[0]);
    if (set.size() != 1) refuse("it must begin with an instruction set");
    Grid grid{numbers<std::size_t>(parts[1], "features"), numbers<std::size_t>(parts[2], "lanes")};
    Densities densities;
    for (std::size_t k = 0; k < all_products.size(); ++k) {
        densities[k] = numbers<double>(parts[3 + k], to_string(all_products[k]));
    }
    return {set.front(), std::move(grid), std::move(densities)};
}

std::string Crossovers::text() const {
    std::string text = instruction_set_;
    text += part("features", grid_.features, grid_.features.size());
    text += part("lanes", grid_.lanes, grid_.lanes.size());
    for (const Product product : all_products) {
        text += part(to_string(product), densities(product), grid_.lanes.size());
    }
    return text;
}

double Crossovers::at(Product product, std::size_t features, std::size_t lanes) const {
    const Place f = place(grid_.features, features);
    const Place l = place(grid_.lanes, lanes <= 1 ? lanes : kernels::padded_lanes(lanes));
    const std::vector<double>& values = densities(product);
    const auto between = [](double a, double b, double share) { return a + share * (b - a); };
    const auto at_features = [&](std::size_t row) {
        const double* densities = values.data() + row * grid_.lanes.size();
        return between(densities[l.index], densities[l.next], l.share);
    };
    return between(at_features(f.index), at_features(f.next), f.share);
}

}  // namespace espalier::nn
