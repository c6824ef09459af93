// A drop rule, from beginning to end: weights that are small among those of their own neuron go first.
//
// In the tree, the part above the test is src/sparsity/rules/drop_relative_magnitude.cpp, listed in
// src/sparsity/CMakeLists.txt; its declaration stands in rules.hpp and its place in the table of rules.cpp. From there
// the configuration (`sparsity.drop_rule = "relative_magnitude"`), `--help` and docs/methods.md know it.
#include <cmath>

#include <espalier/sparsity/rules/rules.hpp>

#include "support.hpp"

namespace espalier::sparsity {

/// |w| over the mean |w| of the weights into the same neuron; what is lowest is dropped.
DropRule drop_relative_magnitude() {
    return {{"relative_magnitude", "the smallest |w| go, each over the mean of its neuron", ""},
            [](const DropContext& context, std::span<float> scores) {
                for (std::size_t row = 0; row < context.pattern.rows(); ++row) {
                    const std::size_t begin = context.pattern.row_begin(row);
                    const std::size_t count = context.pattern.row(row).size();
                    double sum = 0.0;
                    for (std::size_t k = begin; k < begin + count; ++k) sum += std::abs(context.values[k]);
                    // A neuron whose weights are all 0 has nothing to lose: 0 over 1.
                    const double mean = sum > 0.0 ? sum / static_cast<double>(count) : 1.0;
                    for (std::size_t k = begin; k < begin + count; ++k) {
                        scores[k] = static_cast<float>(std::abs(context.values[k]) / mean);
                    }
                }
            }};
}

namespace {

using namespace testing;

TEST_CASE("example of a drop rule: each neuron is its own measure", "[examples]") {
    const Pattern mask = pattern({{1, 0, 1}, {0, 0, 0}, {1, 1, 0}});
    const std::vector<float> values{10.0F, -30.0F, 0.1F, 0.3F};
    std::vector<float> scores(4);
    drop_relative_magnitude().score({mask, values, {}, {}, 0.0, {}, test_stream()}, scores);
    const std::vector<float> by_hand{0.5F, 1.5F, 0.5F, 1.5F};
    for (std::size_t k = 0; k < 4; ++k) CHECK(scores[k] == Approx(by_hand[k]));
}

}  // namespace
}  // namespace espalier::sparsity
