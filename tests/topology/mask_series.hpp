#pragma once

#include <vector>

#include <espalier/topology/series/connection_history.hpp>

#include "support.hpp"

namespace espalier::testing {

/// Masks of which each keeps about 70 % of the one before and grows about as many anew, anywhere.
inline std::vector<Pattern> mask_series(std::size_t rows, std::size_t cols, double density, std::size_t count,
                                        Stream& stream) {
    std::vector<Pattern> masks = {random_pattern(rows, cols, density, stream)};
    while (masks.size() < count) {
        const Pattern kept = random_pattern(rows, cols, 0.7, stream);
        const Pattern grown = random_pattern(rows, cols, 0.3 * density, stream);
        std::vector<std::uint64_t> flat;
        for (std::size_t row = 0; row < rows; ++row) {
            for (std::size_t col = 0; col < cols; ++col) {
                const bool stays = masks.back().contains(row, col) && kept.contains(row, col);
                if (stays || grown.contains(row, col)) flat.push_back(row * cols + col);
            }
        }
        masks.push_back(Pattern::from_flat(rows, cols, flat));
    }
    return masks;
}

inline topology::ConnectionHistory history_of(const std::vector<Pattern>& masks) {
    topology::ConnectionHistory history(masks.front());
    for (std::size_t k = 1; k < masks.size(); ++k) history.add(masks.front(), masks[k - 1], masks[k]);
    return history;
}

}  // namespace espalier::testing
