#include <cmath>

#include <espalier/base/memory/lowest_scores.hpp>
#include <espalier/sparsity/rules/rules.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

/// The values that stay after a drop of the fraction.
std::vector<float> kept(const std::vector<float>& values, double fraction, bool inclusive = false) {
    const Pattern all = Pattern::full(1, values.size());
    DropContext context{all, values, {}, {}, fraction, {}, test_stream()};
    context.options.inclusive_thresholds = inclusive;
    const DropRule rule = drop_sign_balanced();
    std::vector<float> scores(values.size());
    rule.score(context, scores);
    const LowestScores goes(scores, drop_count(rule, context), "test");
    std::vector<float> stay;
    for (std::size_t k = 0; k < values.size(); ++k) {
        if (!goes.contains(k)) stay.push_back(values[k]);
    }
    return stay;
}

}  // namespace

TEST_CASE("drop sign_balanced: the worked example, exact and as published", "[sparsity]") {
    // definitions.md 3.6
    const std::vector<float> values{0.5F, -0.1F, 0.3F, -0.7F, 0.2F};
    CHECK(kept(values, 0.3) == values);  // floor 0.6 of two negatives, floor 0.9 of three positives
    CHECK(kept(values, 0.5) == std::vector<float>{0.5F, 0.3F, -0.7F});
    CHECK(kept(values, 0.3, true) == std::vector<float>{0.5F, 0.3F});
    CHECK(kept(values, 0.0) == values);
    CHECK(kept(values, 0.0, true) == values);
    CHECK(kept({}, 0.5).empty());
}

TEST_CASE("drop sign_balanced: the fraction of each sign goes, the nearest to 0", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int round = 0; round < 100; ++round) {
        std::vector<float> values;
        for (std::uint64_t k = stream.below(40); k-- > 0;)
            values.push_back(static_cast<float>(stream.below(21)) - 10.0F);
        const double fraction = static_cast<double>(stream.below(11)) / 10;
        std::vector<float> negative, positive;
        for (const float value : values) (value < 0.0F ? negative : positive).push_back(value);
        std::vector<float> expected;
        for (std::vector<float>* sign : {&negative, &positive}) {
            std::ranges::sort(*sign, {}, [](float value) { return std::abs(value); });
            const auto gone = static_cast<std::size_t>(fraction * static_cast<double>(sign->size()));
            expected.insert(expected.end(), sign->begin() + static_cast<std::ptrdiff_t>(gone), sign->end());
        }
        std::vector<float> stay = kept(values, fraction);
        std::ranges::sort(stay);
        std::ranges::sort(expected);
        CHECK(stay == expected);
    }
}

}  // namespace espalier::sparsity
