#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <espalier/topology/topology.hpp>

#include "support.hpp"

namespace espalier::testing {

inline topology::Layer layer(const std::string& name, Pattern pattern) {
    return {name, {pattern.rows(), pattern.cols()}, std::move(pattern), {}};
}

inline topology::Layer weighted_layer(Pattern pattern, std::vector<float> values) {
    topology::Layer result = layer("l", std::move(pattern));
    result.values = std::move(values);
    return result;
}

inline topology::Topology network(const std::string& label, std::vector<Pattern> patterns) {
    topology::Topology result{label, {}};
    for (Pattern& pattern : patterns) {
        result.layers.push_back(layer("layer" + std::to_string(result.layers.size()), std::move(pattern)));
    }
    return result;
}

/// Layers of the given widths, widths[0] inputs, each position kept with probability `density`.
inline topology::Topology random_network(const std::vector<std::size_t>& widths, double density, Stream& stream) {
    std::vector<Pattern> patterns;
    for (std::size_t k = 1; k < widths.size(); ++k) {
        patterns.push_back(random_pattern(widths[k], widths[k - 1], density, stream));
    }
    return network("random", std::move(patterns));
}

inline std::vector<std::uint32_t> random_permutation(std::size_t size, Stream& stream) {
    std::vector<std::uint32_t> order(size);
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t k = size; k > 1; --k) std::swap(order[k - 1], order[stream.below(k)]);
    return order;
}

/// Row a and column x of the pattern become row rows[a] and column cols[x].
inline Pattern renumbered(const Pattern& pattern, const std::vector<std::uint32_t>& rows,
                          const std::vector<std::uint32_t>& cols) {
    std::vector<std::uint64_t> flat;
    for (std::size_t a = 0; a < pattern.rows(); ++a) {
        for (const std::uint32_t x : pattern.row(a)) flat.push_back(std::uint64_t{rows[a]} * pattern.cols() + cols[x]);
    }
    std::ranges::sort(flat);
    return Pattern::from_flat(pattern.rows(), pattern.cols(), flat);
}

}  // namespace espalier::testing
