#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

#include <espalier/sparsity/masks/distribution.hpp>

namespace espalier::sparsity {
namespace {

/// Sum over product of the first `count` dimensions.
double side_ratio(const Shape& shape, std::size_t count) {
    double sum = 0.0;
    double product = 1.0;
    for (std::size_t k = 0; k < count; ++k) {
        sum += static_cast<double>(shape[k]);
        product *= static_cast<double>(shape[k]);
    }
    return sum / product;
}

/// The iteration shared by er and erk: epsilon from the layers that are not dense yet, those at the largest ratio
/// become dense while epsilon takes them over 1. A layer made dense stays so even if a later epsilon would allow less.
std::vector<double> saturating(std::span<const Shape> shapes, const std::vector<double>& ratios, double density) {
    std::vector<bool> is_dense(shapes.size(), false);
    while (true) {
        double budget = 0.0;
        double divisor = 0.0;
        double largest = 0.0;
        for (std::size_t l = 0; l < shapes.size(); ++l) {
            const auto count = static_cast<double>(positions(shapes[l]));
            budget += is_dense[l] ? -(1.0 - density) * count : density * count;
            divisor += is_dense[l] ? 0.0 : ratios[l] * count;
            if (!is_dense[l]) largest = std::max(largest, ratios[l]);
        }
        const double epsilon = divisor > 0.0 ? budget / divisor : 0.0;
        if (divisor == 0.0 || epsilon * largest <= 1.0) {
            std::vector<double> densities(shapes.size());
            for (std::size_t l = 0; l < shapes.size(); ++l) densities[l] = is_dense[l] ? 1.0 : epsilon * ratios[l];
            return densities;
        }
        for (std::size_t l = 0; l < shapes.size(); ++l) {
            if (ratios[l] == largest) is_dense[l] = true;  // equal shapes go together: exact comparison is meant
        }
    }
}

/// Rounded up to four digits, so that the number in the message will do.
[[noreturn]] void refuse_density(const std::string& distribution, double density, double smallest) {
    std::array<char, 160> text{};
    std::snprintf(text.data(), text.size(), "%s reaches no density of %g with these layers; the smallest is %.4f",
                  distribution.c_str(), density, std::ceil((smallest + 1e-9) * 1e4) / 1e4);
    throw ConfigError(std::string(text.data()) + ", or another distribution");
}

double count(const Shape& shape) {
    return static_cast<double>(positions(shape));
}

double total(std::span<const Shape> shapes) {
    double sum = 0.0;
    for (const Shape& shape : shapes) sum += count(shape);
    return sum;
}

std::vector<double> dense(std::span<const Shape> shapes, double, double) {
    return std::vector<double>(shapes.size(), 1.0);
}

std::vector<double> uniform(std::span<const Shape> shapes, double density, double) {
    return std::vector<double>(shapes.size(), density);
}

std::vector<double> er(std::span<const Shape> shapes, double density, double) {
    return er_densities(shapes, density);
}

std::vector<double> uniform_plus(std::span<const Shape> shapes, double density, double) {
    return uniform_plus_densities(shapes, density);
}

}  // namespace

std::size_t positions(const Shape& shape) {
    return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

std::vector<double> erk_densities(std::span<const Shape> shapes, double density, double power) {
    if (density == 1.0) return std::vector<double>(shapes.size(), 1.0);
    std::vector<double> ratios;
    for (const Shape& shape : shapes) ratios.push_back(std::pow(side_ratio(shape, shape.size()), power));
    return saturating(shapes, ratios, density);
}

std::vector<double> er_densities(std::span<const Shape> shapes, double density) {
    if (density == 1.0) return std::vector<double>(shapes.size(), 1.0);
    std::vector<double> ratios;
    for (const Shape& shape : shapes) ratios.push_back(side_ratio(shape, 2));
    return saturating(shapes, ratios, density);
}

std::vector<double> er_densities_by_epsilon(std::span<const Shape> shapes, double epsilon) {
    std::vector<double> densities;
    for (const Shape& shape : shapes) densities.push_back(std::min(1.0, epsilon * side_ratio(shape, 2)));
    return densities;
}

std::vector<double> erk_plus_densities(std::span<const Shape> shapes, double density, double power) {
    if (density == 1.0 || shapes.size() < 2) return erk_densities(shapes, density, power);
    const double last = count(shapes.back());
    const double all = total(shapes);
    const double rest = (density * all - last) / (all - last);
    if (!(rest > 0.0)) refuse_density("erk_plus", density, last / all);
    std::vector<double> densities = erk_densities(shapes.first(shapes.size() - 1), rest, power);
    densities.push_back(1.0);
    return densities;
}

std::vector<double> uniform_plus_densities(std::span<const Shape> shapes, double density) {
    constexpr double least_of_last = 0.2;
    if (density == 1.0) return std::vector<double>(shapes.size(), 1.0);
    if (shapes.size() < 3) throw ConfigError("uniform_plus needs three layers, of which it keeps the first dense");
    const double first = count(shapes.front());
    const double last = count(shapes.back());
    const double all = total(shapes);
    const double of_last = std::max(least_of_last, density);
    const double rest = (density * all - first - of_last * last) / (all - first - last);
    if (!(rest > 0.0)) {
        const double with_least = (first + least_of_last * last) / all;
        refuse_density("uniform_plus", density, with_least <= least_of_last ? with_least : first / (all - last));
    }
    std::vector<double> densities(shapes.size(), rest);
    densities.front() = 1.0;
    densities.back() = of_last;
    return densities;
}

const std::vector<Distribution>& distributions() {
    static const std::vector<Distribution> table = {
        {{"dense", "every weight kept", ""}, dense},
        {{"er", "Erdos-Renyi: density of a layer proportional to (in + out) / (in * out)",
          "Mocanu et al., Nature Communications 2018"},
         er},
        {{"erk", "Erdos-Renyi kernel: as er, kernel sides included", "Evci et al., ICML 2020"}, erk_densities},
        {{"erk_plus", "erk for all layers but the last, which stays dense", "Liu et al., ICML 2021 (ITOP's program)"},
         erk_plus_densities},
        {{"uniform", "the same density in every layer", ""}, uniform},
        {{"uniform_plus", "the first layer dense, the last at least 0.2, the others share what is left",
          "Gale et al., arXiv 1902.09574"},
         uniform_plus},
    };
    return table;
}

const Distribution& distribution(std::string_view name) {
    return find_named(distributions(), name, "distribution");
}

}  // namespace espalier::sparsity
