#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/sparsity/update/bilevel.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

std::vector<float> as_floats(const std::vector<double>& numbers) {
    return {numbers.begin(), numbers.end()};
}

/// The flat positions of the highest, by sorting.
std::vector<std::uint64_t> sorted_highest(const std::vector<float>& scores, std::size_t kept) {
    std::vector<std::uint64_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::uint64_t{0});
    std::ranges::stable_sort(order, [&](std::uint64_t a, std::uint64_t b) { return scores[a] > scores[b]; });
    order.resize(kept);
    std::ranges::sort(order);
    return order;
}

}  // namespace

TEST_CASE("bi-level masks: the two gradients at a mask, and their common limit", "[sparsity][bidst]") {
    BilevelOptions options;
    CHECK(mask_gradient(options, 0.5, -2.0) == -1.0);
    options.gradient = MaskGradient::bilinear;
    CHECK(mask_gradient(options, 0.5, -2.0) == -5.0);  // (0.5 + 2) * -2
    options.ridge = 4.0;
    CHECK(mask_gradient(options, 0.5, -2.0) == -2.0);
    options.ridge = 1e12;
    CHECK(mask_gradient(options, 0.5, -2.0) == Approx(-1.0).epsilon(1e-10));
}

TEST_CASE("bi-level masks: a step of scores", "[sparsity][bidst]") {
    const std::vector<float> weights = {0.5F, -1.0F, 0.0F};
    const std::vector<float> gradient = {-2.0F, -2.0F, 3.0F};
    std::vector<float> scores = {0.0F, 2.0F, -1.0F};
    BilevelOptions options;
    step_scores(options, weights, gradient, scores);
    CHECK(scores[0] == Approx(0.025));  // 0.1 * 1 * 1/4
    const double half = 1.0 / (1.0 + std::exp(-2.0));
    CHECK(scores[1] == Approx(2.0 - 0.2 * half * (1.0 - half)));
    CHECK(scores[2] == -1.0F);  // a weight of 0 does not move its score ...
    options.soft = SoftMask::identity;
    options.gradient = MaskGradient::bilinear;
    step_scores(options, weights, gradient, scores);
    CHECK(scores[2] == Approx(-1.0 + 0.1 * 9.0));  // ... but by what it would become
    options.rate = 0.0;
    const std::vector<float> before = scores;
    step_scores(options, weights, gradient, scores);
    CHECK(scores == before);
}

TEST_CASE("bi-level masks: with identity and an endless ridge both gradients take the same step", "[sparsity][bidst]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const std::vector<float> weights = as_floats(random_values(200, stream));
    const std::vector<float> gradient = as_floats(random_values(200, stream));
    std::vector<float> first = as_floats(random_values(200, stream));
    std::vector<float> second = first;
    step_scores({.soft = SoftMask::identity}, weights, gradient, first);
    step_scores({.gradient = MaskGradient::bilinear,
                 .soft = SoftMask::identity,
                 .ridge = std::numeric_limits<double>::infinity()},
                weights, gradient, second);
    CHECK(first == second);
}

TEST_CASE("bi-level masks: the highest scores, of equal ones the lower positions", "[sparsity][bidst]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int round = 0; round < 30; ++round) {
        std::vector<float> scores = as_floats(random_values(9 * 7, stream));
        for (float& score : scores) score = std::round(4.0F * score);  // many are equal
        const std::size_t kept = static_cast<std::size_t>(round) * 2;
        const Pattern mask = highest_scores(9, 7, scores, kept, "a score");
        CHECK(mask.edges() == kept);
        CHECK(mask.flat() == sorted_highest(scores, kept));
        const Pattern among = random_pattern(9, 7, 0.6, stream);
        if (among.edges() < kept) continue;
        const std::vector<float> at(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(among.edges()));
        const auto flat = among.flat();
        std::vector<std::uint64_t> expected;
        for (const std::uint64_t place : sorted_highest(at, kept)) expected.push_back(flat[place]);
        CHECK(highest_scores(among, at, kept, "a score").flat() == expected);
    }
    const std::vector<float> bad = {0.0F, std::nanf("")};
    CHECK_THROWS_WITH(highest_scores(1, 2, bad, 1, "layer fc1: a score"), Contains("layer fc1: a score"));
}

TEST_CASE("bi-level masks: gradients and scores of a slow program, mask after mask", "[sparsity][bidst][reference]") {
    const auto folder = reference_folder();
    if (!folder) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    const TensorFile file = open_tensor_file(*folder / "more" / "bilevel.npz");
    const auto read = [&](const std::string& name) { return file.read(name).to_doubles(); };
    std::vector<float> scores = as_floats(read("psi_start"));
    for (int step = 0; step < 6; ++step) {
        INFO("mask step " << step);
        const std::string part = std::to_string(step) + "/";
        const std::vector<double> weights = read(part + "W");
        const std::vector<double> gradient = read(part + "gradient");
        const std::vector<double> first_order = read(part + "first_order");
        const std::vector<double> bilinear = read(part + "bilinear");
        BilevelOptions options;
        for (std::size_t k = 0; k < weights.size(); ++k) {
            options.gradient = MaskGradient::first_order;
            CHECK(mask_gradient(options, weights[k], gradient[k]) == Approx(first_order[k]).epsilon(1e-12));
            options.gradient = MaskGradient::bilinear;
            CHECK(mask_gradient(options, weights[k], gradient[k]) == Approx(bilinear[k]).epsilon(1e-12));
        }
        const std::vector<double> mask = read(part + "mask");
        const Pattern kept = highest_scores(3, 6, scores, 10, "a score");
        for (std::size_t k = 0; k < mask.size(); ++k) CHECK(kept.contains(k / 6, k % 6) == (mask[k] != 0.0));
        options.gradient = MaskGradient::first_order;
        step_scores(options, as_floats(weights), as_floats(gradient), scores);
        const std::vector<double> after = read(part + "psi_after");
        for (std::size_t k = 0; k < after.size(); ++k) CHECK(scores[k] == Approx(after[k]).epsilon(1e-6));
    }
}

}  // namespace espalier::sparsity
