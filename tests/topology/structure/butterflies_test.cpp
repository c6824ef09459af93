#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/structure/butterflies.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// Every pair of outputs, every pair of inputs.
std::uint64_t butterflies_one_by_one(const Pattern& p) {
    const auto d = dense(p);
    std::uint64_t count = 0;
    for (std::size_t a = 0; a < p.rows(); ++a) {
        for (std::size_t b = a + 1; b < p.rows(); ++b) {
            for (std::size_t x = 0; x < p.cols(); ++x) {
                for (std::size_t y = x + 1; y < p.cols(); ++y) {
                    count += (d[a][x] == 1 && d[a][y] == 1 && d[b][x] == 1 && d[b][y] == 1) ? 1 : 0;
                }
            }
        }
    }
    return count;
}

}  // namespace

TEST_CASE("butterflies: the worked examples of definitions.md 6.31", "[topology][butterflies]") {
    CHECK(butterflies(pattern({{1, 1, 0}, {0, 1, 1}, {1, 0, 1}, {0, 0, 1}})) == 0);
    CHECK(butterflies(pattern({{1, 1, 0}, {1, 1, 0}, {1, 0, 1}, {1, 0, 1}})) == 2);
}

TEST_CASE("butterflies: agree with looking at every four neurons", "[topology][butterflies]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(150, 14)) {
        CHECK(butterflies(a) == butterflies_one_by_one(a));
        CHECK(butterflies(a) == butterflies(a.transposed()));
    }
}

TEST_CASE("butterflies: complete and empty layers", "[topology][butterflies]") {
    CHECK(butterflies(Pattern::full(5, 7)) == 10 * 21);
    CHECK(butterflies(Pattern()) == 0);
    CHECK(butterflies(pattern({{0, 0}})) == 0);
    CHECK(butterflies_metric(layer("l", Pattern::full(600, 500))).number() == 600.0 * 599 / 2 * 500 * 499 / 2);
    // two columns of 2^17 rows: about 2^33
    CHECK(butterflies(Pattern::full(1U << 17, 2)) == (std::uint64_t{1} << 16) * ((1U << 17) - 1));
}

TEST_CASE("butterflies: do not depend on threads or numbering", "[topology][butterflies]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Pattern p = random_pattern(300, 400, 0.1, stream);
    const BigCount alone = butterflies(p);
    set_threads(2);
    CHECK(butterflies(p) == alone);
    set_threads(1);
    const auto outputs = random_permutation(300, stream);
    const auto inputs = random_permutation(400, stream);
    CHECK(butterflies(renumbered(p, outputs, inputs)) == alone);
}

}  // namespace espalier::topology
