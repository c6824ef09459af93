#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/structure/strongest_inputs.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

std::vector<std::uint32_t> numbers(const std::vector<RankedInput>& ranked) {
    std::vector<std::uint32_t> found;
    for (const RankedInput& entry : ranked) found.push_back(entry.input);
    return found;
}

}  // namespace

TEST_CASE("strongest inputs: by the sum of absolute weights, of equal ones the lower first", "[topology]") {
    //            inputs  0  1  2  3
    // output 0:          2  .  . -3
    // output 1:         -1  3  .  .      strengths 3, 3, 0, 3
    const Layer layer{"fc1", {2, 4}, pattern({{1, 0, 0, 1}, {1, 1, 0, 0}}), {2, -3, -1, 3}};
    const auto ranked = strongest_inputs(layer, 4);
    CHECK(numbers(ranked) == std::vector<std::uint32_t>{0, 1, 3, 2});
    CHECK(ranked[0].strength == 3.0);
    CHECK(ranked[3].strength == 0.0);
    CHECK(numbers(strongest_inputs(layer, 2)) == std::vector<std::uint32_t>{0, 1});
}

TEST_CASE("strongest inputs agree with a dense sum and a full sort", "[topology]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int round = 0; round < 50; ++round) {
        const std::size_t rows = 1 + stream.below(12);
        const std::size_t cols = 1 + stream.below(12);
        Layer layer{"fc1", {rows, cols}, random_pattern(rows, cols, 0.5, stream), {}};
        if (layer.pattern.edges() == 0) continue;
        std::vector<double> strengths(cols, 0.0);
        for (std::size_t row = 0; row < rows; ++row) {
            for (std::size_t i = 0; i < cols; ++i) {
                if (!layer.pattern.contains(row, i)) continue;
                layer.values.push_back(static_cast<float>(stream.below(7)) - 3.0F);  // few values: many ties
                strengths[i] += std::abs(layer.values.back());
            }
        }
        const auto ranked = strongest_inputs(layer, cols);
        for (std::size_t k = 0; k < cols; ++k) CHECK(ranked[k].strength == strengths[ranked[k].input]);
        for (std::size_t k = 1; k < cols; ++k) {
            const bool falls = ranked[k - 1].strength > ranked[k].strength;
            CHECK((falls || (ranked[k - 1].strength == ranked[k].strength && ranked[k - 1].input < ranked[k].input)));
        }
    }
}

TEST_CASE("strongest inputs: refuses a mask without weights and counts that cannot be", "[topology]") {
    const Layer mask{"fc1", {1, 2}, pattern({{1, 1}}), {}};
    CHECK_THROWS_WITH(strongest_inputs(mask, 1), Contains("fc1") && Contains("no weights"));
    const Layer layer{"fc1", {1, 2}, pattern({{1, 1}}), {1, 2}};
    CHECK_THROWS_WITH(strongest_inputs(layer, 0), Contains("1 to 2"));
    CHECK_THROWS_WITH(strongest_inputs(layer, 3), Contains("which has 2"));
}

}  // namespace espalier::topology
