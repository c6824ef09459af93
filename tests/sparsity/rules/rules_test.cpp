#include <set>

#include <espalier/sparsity/rules/rules.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

/// definitions.md 3.17: W = [[0.5, -0.1, 0, 0.3], [0, -0.7, 0.2, 0]], its nonzeros kept, with the gradient given there.
struct Example {
    Pattern mask = pattern({{1, 1, 0, 1}, {0, 1, 1, 0}});
    std::vector<float> values{0.5F, -0.1F, 0.3F, -0.7F, 0.2F};
    std::vector<float> gradient{0.9F, 0.2F, 0.1F, 0.3F, 0.7F};  // at the kept positions
    std::vector<float> tracked{0.4F, -0.3F, 0.3F, -0.9F, 0.1F};

    std::vector<float> scores(const DropRule& rule, DropOptions options = {}) const {
        std::vector<float> found(values.size());
        rule.score({mask, values, gradient, tracked, 0.4, options, test_stream()}, found);
        return found;
    }
    std::size_t count(const DropRule& rule, double fraction, DropOptions options = {}) const {
        return drop_count(rule, {mask, values, gradient, tracked, fraction, options, test_stream()});
    }
};

void check_close(const std::vector<float>& found, const std::vector<float>& expected) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t k = 0; k < found.size(); ++k) CHECK(found[k] == Approx(expected[k]).margin(1e-6));
}

}  // namespace

TEST_CASE("drop rules: scores of the worked examples", "[sparsity]") {
    const Example example;
    DropOptions lambda;
    lambda.gradient_weight = 1.0;
    check_close(example.scores(drop_magnitude_gradient(), lambda), {1.4F, 0.3F, 0.4F, 1.0F, 0.9F});
    check_close(example.scores(drop_taylor()), {0.2025F, 0.0004F, 0.0009F, 0.0441F, 0.0196F});
    check_close(example.scores(drop_saliency()), {0.45F, 0.02F, 0.03F, 0.21F, 0.14F});
    check_close(example.scores(drop_movement()), example.tracked);
    check_close(example.scores(drop_magnitude_change()), {0.1F, -0.2F, 0.0F, -0.2F, 0.1F});
    check_close(example.scores(drop_threshold()), {0.5F, 0.1F, 0.3F, 0.7F, 0.2F});
}

TEST_CASE("drop rules: how many go", "[sparsity]") {
    const Example example;
    CHECK(example.count(drop_magnitude(), 0.5) == 2);
    DropOptions up;
    up.rounding = Rounding::ceil;
    CHECK(example.count(drop_magnitude(), 0.5, up) == 3);
    CHECK(example.count(drop_magnitude(), 0.4, up) == 2);
    CHECK(example.count(drop_magnitude_change(), 1.0) == 2);  // the two that shrank
    CHECK(example.count(drop_magnitude_change(), 0.2) == 1);
    DropOptions threshold;
    threshold.threshold = 0.2;
    CHECK(example.count(drop_threshold(), 0.0, threshold) == 2);  // 0.1 and 0.2 itself
}

TEST_CASE("drop rules: random ones differ by stream and are uniform", "[sparsity]") {
    INFO(seed_text());
    const Pattern all = Pattern::full(1, 10);
    const std::vector<float> values(10, 1.0F);
    std::vector<int> lowest(10, 0);
    for (std::uint64_t step = 0; step < 5000; ++step) {
        std::vector<float> scores(10);
        drop_random().score({all, values, {}, {}, 0.1, {}, Stream(1, Purpose::score_noise, 0, step)}, scores);
        ++lowest[static_cast<std::size_t>(std::ranges::min_element(scores) - scores.begin())];
    }
    for (const int count : lowest) CHECK(count == Approx(500).margin(110));
}

TEST_CASE("drop rules: magnitudes scaled by a constant choose the same, gradients do in every rule", "[sparsity]") {
    INFO(seed_text());
    Example example;
    const auto order = [&](const DropRule& rule) {
        const std::vector<float> scores = example.scores(rule);
        std::vector<std::size_t> by_score(scores.size());
        for (std::size_t k = 0; k < by_score.size(); ++k) by_score[k] = k;
        std::ranges::stable_sort(by_score, {}, [&](std::size_t k) { return scores[k]; });
        return by_score;
    };
    for (const DropRule& rule : {drop_magnitude(), drop_taylor(), drop_saliency()}) {
        const auto before = order(rule);
        for (float& g : example.gradient) g *= 8.0F;
        CHECK(order(rule) == before);
        for (float& w : example.values) w *= 4.0F;
        CHECK(order(rule) == before);
    }
}

TEST_CASE("drop rules: tables name every rule once", "[sparsity]") {
    const auto names = names_of(drop_rules());
    CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
    const auto grow_names = names_of(grow_rules());
    CHECK(std::set<std::string>(grow_names.begin(), grow_names.end()).size() == grow_names.size());
}

}  // namespace espalier::sparsity
