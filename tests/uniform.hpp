#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "support.hpp"

namespace espalier::testing {

/// Pearson's statistic of drawing from `graphs` equally likely ones, against its 99.99 % point (Wilson-Hilferty).
/// @param counts  how often each that came was generated
inline void check_uniform(const std::map<std::vector<std::uint64_t>, std::size_t>& counts, std::size_t graphs) {
    REQUIRE(counts.size() == graphs);
    double draws = 0;
    for (const auto& [graph, count] : counts) draws += static_cast<double>(count);
    const double expected = draws / static_cast<double>(graphs);
    double statistic = 0;
    for (const auto& [graph, count] : counts) {
        const double off = static_cast<double>(count) - expected;
        statistic += off * off / expected;
    }
    const double freedom = static_cast<double>(graphs) - 1;
    const double root = 1 - 2 / (9 * freedom) + 3.719 * std::sqrt(2 / (9 * freedom));
    CHECK(statistic < freedom * root * root * root);
}

}  // namespace espalier::testing
