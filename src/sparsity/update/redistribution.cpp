#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/sparsity/masks/largest_remainder.hpp>
#include <espalier/sparsity/update/redistribution.hpp>

namespace espalier::sparsity {
namespace {

using Layers = std::span<const LayerBudget>;

template <class Share>
std::vector<double> each(Layers layers, const Share& share) {
    std::vector<double> shares;
    for (const LayerBudget& layer : layers) shares.push_back(share(layer));
    return shares;
}

/// What each layer lacks of its part of the whole network's density by ERK.
std::vector<double> lack_of_erk(Layers layers, std::size_t total) {
    std::vector<Shape> shapes;
    std::vector<std::size_t> sizes;
    std::size_t kept = total;
    for (const LayerBudget& layer : layers) {
        shapes.push_back(layer.shape);
        sizes.push_back(positions(layer.shape));
        kept += layer.survivors();
    }
    const std::size_t all = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
    const double density = static_cast<double>(kept) / static_cast<double>(all);
    const std::vector<std::size_t> wanted = largest_remainder(erk_densities(shapes, density), sizes);
    std::vector<double> lacking;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        const std::size_t has = layers[l].survivors();
        lacking.push_back(wanted[l] > has ? static_cast<double>(wanted[l] - has) : 0.0);
    }
    return lacking;
}

Redistribution by_mean(Named named, double LayerBudget::*mean) {
    Redistribution rule{std::move(named), [mean](Layers layers, std::size_t) {
                            return each(layers, [mean](const LayerBudget& layer) { return layer.*mean; });
                        }};
    rule.spares_dense_layers = true;
    rule.needs_momentum = mean == &LayerBudget::mean_momentum;
    return rule;
}

/// Shares for the layers that still have room, as a fresh division of 1.
std::vector<double> shares_of_open(const std::vector<double>& shares, const std::vector<bool>& is_open, bool equal) {
    std::vector<double> open(shares.size(), 0.0);
    for (std::size_t l = 0; l < shares.size(); ++l) open[l] = is_open[l] ? (equal ? 1.0 : shares[l]) : 0.0;
    const double sum = std::accumulate(open.begin(), open.end(), 0.0);
    for (std::size_t l = 0; l < open.size(); ++l) {
        // Layers that have room but no share take the rest equally.
        open[l] = sum > 0.0 ? open[l] / sum : (is_open[l] ? 1.0 : 0.0);
    }
    return sum > 0.0 ? open : normalised(open);
}

}  // namespace

const std::vector<Redistribution>& redistributions() {
    static const std::vector<Redistribution> table = {
        {{"none", "every layer grows its own", ""}, nullptr},
        {{"erk", "by what each layer lacks of its ERK density at the network's density", "Evci et al., ICML 2020"},
         lack_of_erk,
         true},
        by_mean({"magnitude", "by the mean absolute value of each layer's weights", "Dettmers and Zettlemoyer 2019"},
                &LayerBudget::mean_magnitude),
        by_mean({"momentum", "by the mean absolute running gradient of each layer's weights",
                 "Dettmers and Zettlemoyer 2019 (SNFS)"},
                &LayerBudget::mean_momentum),
        by_mean({"gradient", "by the mean absolute gradient of each layer's weights in the last batch", ""},
                &LayerBudget::mean_gradient),
        {{"nonzeros", "by the number of each layer's surviving weights", "Mostafa and Wang, ICML 2019 (DSR)"},
         [](Layers layers, std::size_t) {
             return each(layers, [](const LayerBudget& layer) { return static_cast<double>(layer.survivors()); });
         },
         true},
        {{"equal", "as many to every layer", "Dettmers and Zettlemoyer 2019 (its option none)"},
         [](Layers layers, std::size_t) { return std::vector<double>(layers.size(), 1.0); }},
    };
    return table;
}

std::vector<double> normalised(std::vector<double> shares) {
    const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
    const auto equal = 1.0 / static_cast<double>(std::max<std::size_t>(1, shares.size()));
    for (double& share : shares) share = std::isfinite(sum) && sum > 0.0 ? share / sum : equal;
    return shares;
}

std::vector<std::size_t> deal(std::size_t total, const std::vector<double>& shares,
                              const std::vector<std::size_t>& capacities, bool proportional_excess) {
    std::vector<std::size_t> dealt(shares.size(), 0);
    std::vector<double> part = normalised(shares);
    std::size_t left = std::min(total, std::accumulate(capacities.begin(), capacities.end(), std::size_t{0}));
    while (left > 0) {
        // Each pass fills a layer or is the last, so there are at most as many as layers.
        const std::vector<std::size_t> wanted = largest_remainder(part, std::vector<std::size_t>(shares.size(), left));
        std::vector<bool> is_open(shares.size());
        for (std::size_t l = 0; l < shares.size(); ++l) {
            const std::size_t taken = std::min({wanted[l], capacities[l] - dealt[l], left});
            dealt[l] += taken;
            left -= taken;
            is_open[l] = dealt[l] < capacities[l];
        }
        if (left > 0) part = shares_of_open(shares, is_open, !proportional_excess);
    }
    return dealt;
}

}  // namespace espalier::sparsity
