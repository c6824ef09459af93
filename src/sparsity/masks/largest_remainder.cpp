#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/sparsity/masks/largest_remainder.hpp>

namespace espalier::sparsity {

std::vector<std::size_t> largest_remainder(const std::vector<double>& densities,
                                           const std::vector<std::size_t>& sizes) {
    std::vector<std::size_t> counts(sizes.size());
    std::vector<double> remainders(sizes.size());
    double wanted = 0.0;
    for (std::size_t l = 0; l < sizes.size(); ++l) {
        const double exact = densities[l] * static_cast<double>(sizes[l]);
        counts[l] = std::min(sizes[l], static_cast<std::size_t>(exact));
        remainders[l] = exact - static_cast<double>(counts[l]);
        wanted += exact;
    }
    const auto total = static_cast<std::size_t>(std::floor(wanted + 0.5));
    std::vector<std::size_t> order(sizes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
    std::size_t given = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
    for (std::size_t k = 0; k < order.size() && given < total; ++k) {
        if (counts[order[k]] == sizes[order[k]]) continue;
        ++counts[order[k]];
        ++given;
    }
    return counts;
}

}  // namespace espalier::sparsity
