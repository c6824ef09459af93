#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/sparsity/distribution.hpp>

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

const std::vector<Distribution>& distributions() {
    static const std::vector<Distribution> table = {
        {{"dense", "every weight kept", ""},
         [](std::span<const Shape> shapes, double) { return std::vector<double>(shapes.size(), 1.0); }},
        {{"er", "Erdos-Renyi: density of a layer proportional to (in + out) / (in * out)",
          "Mocanu et al., Nature Communications 2018"},
         er_densities},
        {{"erk", "Erdos-Renyi kernel: as er, kernel sides included", "Evci et al., ICML 2020"},
         [](std::span<const Shape> shapes, double density) { return erk_densities(shapes, density); }},
        {{"uniform", "the same density in every layer", ""},
         [](std::span<const Shape> shapes, double density) { return std::vector<double>(shapes.size(), density); }},
    };
    return table;
}

}  // namespace espalier::sparsity
