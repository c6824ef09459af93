#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/structure/nestedness.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// Pair by pair, outputs of the pattern.
std::optional<double> by_pairs(const Pattern& p) {
    double sum = 0;
    double pairs = 0;
    for (std::size_t a = 0; a < p.rows(); ++a) {
        for (std::size_t b = a + 1; b < p.rows(); ++b) {
            const std::size_t low = std::min(p.row(a).size(), p.row(b).size());
            if (low == 0) continue;
            ++pairs;
            if (p.row(a).size() == p.row(b).size()) continue;
            sum += static_cast<double>(count_common(p.row(a), p.row(b))) / static_cast<double>(low);
        }
    }
    return pairs > 0 ? std::optional(sum / pairs) : std::nullopt;
}

void check_nested(const std::optional<double>& value, const std::optional<double>& expected) {
    REQUIRE(value.has_value() == expected.has_value());
    if (value) CHECK(*value == Approx(*expected).margin(1e-12));
}

}  // namespace

TEST_CASE("nestedness: a staircase is nested, a chessboard is not", "[topology][nestedness]") {
    const Pattern staircase = pattern({{1, 1, 1}, {1, 1, 0}, {1, 0, 0}});
    CHECK(*nestedness(staircase).both == 1);
    CHECK(*nestedness(pattern({{1, 0}, {0, 1}})).both == 0);
    // outputs of 3, 1 and 1 edges: of three pairs one is nested, one is equal, one has nothing in common
    const Nestedness drawn = nestedness(pattern({{1, 1, 1, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}));
    CHECK(*drawn.outputs == Approx(1.0 / 3.0));
}

TEST_CASE("nestedness: agrees with all pairs, and lies in [0, 1]", "[topology][nestedness]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(100, 20)) {
        const Nestedness value = nestedness(a);
        check_nested(value.outputs, by_pairs(a));
        check_nested(value.inputs, by_pairs(a.transposed()));
        if (value.both) CHECK((*value.both >= 0 && *value.both <= 1));
    }
}

TEST_CASE("nestedness: complete, empty, equal bits on two threads", "[topology][nestedness]") {
    INFO(seed_text());
    CHECK(*nestedness(Pattern::full(3, 3)).both == 0);
    CHECK(nestedness_metric(layer("l", Pattern())).find("both")->reason() == "fewer than two neurons with edges");
    CHECK_FALSE(nestedness(pattern({{0, 1}, {0, 0}})).outputs.has_value());
    Stream stream = test_stream();
    const Pattern p = random_pattern(200, 300, 0.1, stream);
    const Nestedness alone = nestedness(p);
    set_threads(2);
    CHECK(nestedness(p).both == alone.both);
    set_threads(1);
}

}  // namespace espalier::topology
