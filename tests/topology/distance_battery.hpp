#pragma once

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/text/error.hpp>

#include "networks.hpp"

namespace espalier::testing {

using LayerDistance = double (*)(const Pattern&, const Pattern&);

/// What every label-wise distance of two layers obeys: identity, symmetry, bounds, both empty, shapes.
inline void check_distance(LayerDistance distance) {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(200, 20)) {
        CHECK(distance(a, a) == 0);
        CHECK(distance(a, b) == distance(b, a));
        CHECK(distance(a, b) >= 0);
        CHECK(distance(a, b) <= 1);
    }
    CHECK(distance(pattern({{0, 0}}), pattern({{0, 0}})) == 0);
    CHECK(distance(Pattern(), Pattern()) == 0);
    CHECK_THROWS_WITH(distance(Pattern::full(3, 4), Pattern::full(3, 5)), Contains("3x4") && Contains("3x5"));
}

/// d(a, c) <= d(a, b) + d(b, c), for those that are metrics.
inline void check_triangle(LayerDistance distance) {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 200; ++trial) {
        Stream stream = test_stream(trial);
        const Pattern a = random_pattern(4, 5, 0.4, stream);
        const Pattern b = random_pattern(4, 5, 0.4, stream);
        const Pattern c = random_pattern(4, 5, 0.4, stream);
        CHECK(distance(a, c) <= distance(a, b) + distance(b, c) + 1e-12);
    }
}

struct EdgeCounts {
    int first = 0;
    int second = 0;
    int both = 0;
    int either = 0;
    int positions = 0;
};

/// Position by position.
inline EdgeCounts counted(const Pattern& a, const Pattern& b) {
    const auto x = dense(a);
    const auto y = dense(b);
    EdgeCounts counts;
    for (std::size_t row = 0; row < x.size(); ++row) {
        for (std::size_t col = 0; col < x[row].size(); ++col) {
            counts.first += x[row][col];
            counts.second += y[row][col];
            counts.both += x[row][col] * y[row][col];
            counts.either += x[row][col] + y[row][col] > 0 ? 1 : 0;
            ++counts.positions;
        }
    }
    return counts;
}

}  // namespace espalier::testing
