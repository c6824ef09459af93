#include <algorithm>

#include <espalier/nn/parameters/masked_weight.hpp>

#include "support.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("masked weight: values, gradient and state move together; grown weights start at zero", "[nn]") {
    MaskedWeight<float> weight(pattern({{1, 1, 0}, {0, 1, 1}}));
    weight.parameter().values = {1, 2, 3, 4};
    weight.parameter().gradient = {5, 6, 7, 8};
    weight.parameter().state = {{0.1F, 0.2F, 0.3F, 0.4F}, {10, 20, 30, 40}};  // Adam has two
    weight.apply(PatternUpdate::between(weight.pattern(), pattern({{1, 0, 1}, {1, 1, 0}})));
    CHECK(weight.parameter().values == AlignedVector<float>{1, 0, 0, 3});
    CHECK(weight.parameter().gradient == AlignedVector<float>{5, 0, 0, 7});
    CHECK(weight.parameter().state[0] == AlignedVector<float>{0.1F, 0, 0, 0.3F});
    CHECK(weight.parameter().state[1] == AlignedVector<float>{10, 0, 0, 30});
    CHECK(weight.pattern() == pattern({{1, 0, 1}, {1, 1, 0}}));
}

TEST_CASE("masked weight: the transposed layout reads the same values, after every update", "[nn]") {
    INFO(seed_text());
    for (const auto& [from, to] : random_pattern_pairs(50, 20)) {
        MaskedWeight<double> weight(from);
        if (!from.is_full()) weight.transposed();  // of the old mask: an update must not leave it behind
        weight.apply(PatternUpdate::between(from, to));
        for (std::size_t k = 0; k < to.edges(); ++k) weight.parameter().values[k] = static_cast<double>(to.flat()[k]);
        if (weight.pattern().is_full()) continue;
        const auto t = weight.transposed();
        const Pattern expected = to.transposed();
        CHECK(std::ranges::equal(t.offsets, expected.offsets()));
        CHECK(std::ranges::equal(t.indices, expected.indices()));
        for (std::size_t input = 0; input < t.rows; ++input) {
            for (std::uint64_t k = t.offsets[input]; k < t.offsets[input + 1]; ++k) {
                CHECK(t.values[t.positions[k]] == static_cast<double>(t.indices[k] * to.cols() + input));
            }
        }
    }
}

TEST_CASE("masked weight: 24 bytes per kept weight with momentum, no indices when full", "[nn]") {
    MaskedWeight<float> weight(pattern({{1, 1, 0}, {0, 1, 1}}));
    weight.parameter().state.emplace_back(4);
    CHECK(weight.bytes() == 4 * 24);
    CHECK(MaskedWeight<float>(Pattern::full(3, 4)).bytes() == 12 * 8);
}

}  // namespace espalier::nn
