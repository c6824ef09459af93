#include <espalier/topology/generators/rewiring.hpp>

#include "topology/generator_battery.hpp"
#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("rewiring keeps the degrees of every neuron", "[topology][null]") {
    INFO(seed_text());
    for (std::uint32_t k = 0; k < 60; ++k) {
        Stream stream = test_stream(k);
        const double density = static_cast<double>(stream.below(11)) / 10.0;
        const std::size_t rows = 1 + stream.below(30);
        const std::size_t cols = 1 + stream.below(30);
        const Pattern before = random_pattern(rows, cols, density, stream);
        const Pattern after = rewired(before, usual_swaps, stream);
        CHECK(after.edges() == before.edges());
        CHECK(input_degrees(after) == input_degrees(before));
        CHECK(output_degrees(after) == output_degrees(before));
    }
}

TEST_CASE("rewiring keeps the blocks of a block-diagonal graph", "[topology][null]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Layer before = layer("grouped", pattern({{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}));
    before.blocks = 2;
    bool changed = false;
    for (int k = 0; k < 20; ++k) {
        const Layer after = rewired(before, usual_swaps, stream);
        CHECK(after.blocks == 2);
        CHECK(input_degrees(after.pattern) == input_degrees(before.pattern));
        CHECK(output_degrees(after.pattern) == output_degrees(before.pattern));
        for (std::size_t row = 0; row < 4; ++row) {
            for (const std::uint32_t col : after.pattern.row(row)) CHECK(col / 2 == row / 2);
        }
        changed = changed || after.pattern != before.pattern;
    }
    CHECK(changed);
}

TEST_CASE("rewiring reaches all graphs of a degree sequence, equally often", "[topology][null]") {
    INFO(seed_text());
    // Of low density, and its complement, which is rewired by its absent positions.
    for (const Pattern& start : {pattern({{1, 1, 0, 0}, {1, 0, 1, 0}, {1, 0, 0, 0}, {0, 0, 0, 1}}),
                                 pattern({{0, 0, 1, 1}, {0, 1, 0, 1}, {0, 1, 1, 1}, {1, 1, 1, 0}})}) {
        const std::size_t graphs = count_with_degrees(4, 4, output_degrees(start), input_degrees(start));
        REQUIRE(graphs == 18);
        Stream stream = test_stream();
        std::map<std::vector<std::uint64_t>, std::size_t> counts;
        for (std::size_t k = 0; k < 500 * graphs; ++k) ++counts[rewired(start, 20, stream).flat()];
        check_uniform(counts, graphs);
    }
}

TEST_CASE("rewiring: most edges have moved after the usual number of swaps", "[topology][null]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Pattern before = random_pattern(200, 300, 0.05, stream);
    const Pattern after = rewired(before, usual_swaps, stream);
    std::size_t common = 0;
    for (std::size_t row = 0; row < before.rows(); ++row) common += count_common(before.row(row), after.row(row));
    CHECK(static_cast<double>(common) < 0.08 * static_cast<double>(before.edges()));  // 0.05 by chance
}

TEST_CASE("rewiring: weights stay with their output", "[topology][null]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Layer before = layer("fc1", random_pattern(20, 30, 0.2, stream));
    for (std::size_t k = 0; k < before.pattern.edges(); ++k) before.values.push_back(static_cast<float>(k));
    const Layer after = rewired(before, usual_swaps, stream);
    REQUIRE(after.values.size() == before.values.size());
    CHECK(after.values != before.values);
    for (std::size_t row = 0; row < 20; ++row) {
        const auto of_row = [&](const Layer& one) {
            const auto begin = one.values.begin() + static_cast<std::ptrdiff_t>(one.pattern.row_begin(row));
            std::vector<float> values(begin, begin + static_cast<std::ptrdiff_t>(one.pattern.row(row).size()));
            std::ranges::sort(values);
            return values;
        };
        CHECK(of_row(after) == of_row(before));
    }
    CHECK(rewired(layer("mask", before.pattern), usual_swaps, stream).values.empty());
}

TEST_CASE("rewiring: what has one form only stays", "[topology][null]") {
    Stream stream = test_stream();
    CHECK(rewired(Pattern::full(4, 5), usual_swaps, stream) == Pattern::full(4, 5));
    CHECK(rewired(Pattern::empty(4, 5), usual_swaps, stream) == Pattern::empty(4, 5));
    CHECK(rewired(Pattern(), usual_swaps, stream) == Pattern());
    const Pattern star = pattern({{1, 1, 1}, {0, 0, 0}});
    CHECK(rewired(star, usual_swaps, stream) == star);
    const Pattern any = random_pattern(9, 9, 0.3, stream);
    CHECK(rewired(any, 0, stream) == any);
}

}  // namespace espalier::topology
