#include <algorithm>
#include <limits>
#include <tuple>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/saliency/ranking.hpp>

#include "sparsity/saliency/problems.hpp"

namespace espalier::sparsity {
using namespace testing;

namespace {

SaliencyProblem problem_of(const std::vector<Shape>& shapes) {
    SaliencyProblem problem;
    for (std::size_t l = 0; l < shapes.size(); ++l) problem.layers.push_back({"fc" + std::to_string(l + 1), shapes[l]});
    return problem;
}

/// Everything sorted by (score descending, layer, flat index), the first `count` taken.
std::vector<Pattern> by_sorting(const SaliencyProblem& problem, const LayerScores& scores, std::size_t count) {
    std::vector<std::tuple<double, std::size_t, std::uint64_t>> all;
    for (std::size_t l = 0; l < scores.size(); ++l) {
        for (std::size_t k = 0; k < scores[l].size(); ++k) all.emplace_back(-scores[l][k], l, k);
    }
    std::ranges::sort(all);
    std::vector<std::vector<std::uint64_t>> flat(scores.size());
    for (std::size_t n = 0; n < count; ++n) flat[std::get<1>(all[n])].push_back(std::get<2>(all[n]));
    std::vector<Pattern> masks;
    for (std::size_t l = 0; l < scores.size(); ++l) {
        std::ranges::sort(flat[l]);
        const Shape& shape = problem.layers[l].shape;
        masks.push_back(Pattern::from_flat(shape[0], positions(shape) / shape[0], flat[l]));
    }
    return masks;
}

/// With many ties.
LayerScores random_scores(const SaliencyProblem& problem, Stream& stream) {
    LayerScores scores;
    for (const ScoredLayer& layer : problem.layers) {
        scores.emplace_back();
        for (std::size_t k = 0; k < positions(layer.shape); ++k) {
            scores.back().push_back(static_cast<double>(stream.below(7)) - 3.0);
        }
    }
    return scores;
}

}  // namespace

TEST_CASE("ranking: exactly the best by score, layer and flat index", "[sparsity][saliency]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const SaliencyProblem problem = problem_of({{3, 4}, {2, 2, 2, 2}, {1, 5}});
    for (std::size_t count = 0; count <= 33; ++count) {
        const LayerScores scores = random_scores(problem, stream);
        CHECK(keep_best(problem, scores, count) == by_sorting(problem, scores, count));
    }
    CHECK(keep_best(problem, random_scores(problem, stream), 33)[0].is_full());
}

TEST_CASE("ranking: layers left out are full and have no part in it", "[sparsity][saliency]") {
    SaliencyProblem problem = problem_of({{2, 2}, {3, 3}, {2, 2}});
    problem.layers[1].left_out = true;
    const auto masks = keep_best(problem, {{1, 5, 2, 4}, {}, {3, 0, 0, 0}}, 3);
    CHECK(masks[0] == pattern({{0, 1}, {0, 1}}));
    CHECK(masks[1].is_full());
    CHECK(masks[2] == pattern({{1, 0}, {0, 0}}));
}

TEST_CASE("ranking: by layer each keeps its own count", "[sparsity][saliency]") {
    SaliencyProblem problem = problem_of({{2, 2}, {2, 2}});
    problem.options.by_layer = true;
    problem.layers[0].kept = 1;
    problem.layers[1].kept = 3;
    const auto masks = keep_best(problem, {{10, 50, 50, 40}, {3, 0, 1, 1}});
    CHECK(masks[0] == pattern({{0, 1}, {0, 0}}));
    CHECK(masks[1] == pattern({{1, 0}, {1, 1}}));
}

TEST_CASE("ranking: a minimum of every layer, the best of it", "[sparsity][saliency]") {
    SaliencyProblem problem = problem_of({{2, 2}, {2, 2}, {1, 1}});
    problem.options.min_per_layer = 2;
    const auto masks = keep_best(problem, {{10, 50, 30, 40}, {3, 0, 1, 1}, {0}}, 6);
    CHECK(masks[0] == pattern({{0, 1}, {1, 1}}));
    CHECK(masks[1] == pattern({{1, 0}, {1, 0}}));  // the tie goes to the lower flat index
    CHECK(masks[2].edges() == 1);
    CHECK_THROWS_WITH(keep_best(problem, {{10, 50, 30, 40}, {3, 0, 1, 1}, {0}}, 4),
                      Contains("min_per_layer = 2 asks for 5 weights") && Contains("leaves 4"));
}

TEST_CASE("ranking: a score that is no number names its layer", "[sparsity][saliency]") {
    const SaliencyProblem problem = problem_of({{1, 2}, {1, 2}});
    CHECK_THROWS_AS(keep_best(problem, {{1, 2}, {1, std::numeric_limits<double>::quiet_NaN()}}, 1), NumericError);
    CHECK_THROWS_WITH(keep_best(problem, {{1, 2}, {1, std::numeric_limits<double>::quiet_NaN()}}, 1),
                      Contains("layer fc2"));
}

TEST_CASE("ranking: densities of the passes, and weights as they were", "[sparsity][saliency]") {
    const auto made = scored_network({.hidden = {10}, .inputs = 10, .classes = 10});  // 200 positions
    const auto before = weights_of(made->problem);
    for (ScoredLayer& layer : made->problem.layers) layer.kept = 1;
    made->problem.options.passes = 3;
    for (const bool linear : {false, true}) {
        made->problem.options.linear = linear;
        std::vector<std::size_t> left;
        const auto masks = keep_best_by_passes(made->problem, true, [&](const auto& dense) {
            std::size_t count = 0;
            LayerScores scores;
            const auto now = weights_of(made->problem);
            for (std::size_t l = 0; l < now.size(); ++l) {
                scores.emplace_back(now[l].size(), 1.0);
                for (std::size_t k = 0; k < now[l].size(); ++k) {
                    count += now[l][k] != 0.0 ? 1 : 0;
                    CHECK(dense[l][k] == before[l][k]);
                }
            }
            left.push_back(count);
            return scores;
        });
        // 200 * 0.01^(1/3) = 43.09, ^(2/3) = 9.28; linear 200 * (1 - 0.99 / 3) = 134, 68
        CHECK(left == (linear ? std::vector<std::size_t>{200, 134, 68} : std::vector<std::size_t>{200, 43, 9}));
        CHECK(edges(masks) == 2);
        CHECK(weights_of(made->problem) == before);
    }
}

TEST_CASE("ranking: what was removed for good does not return, whatever its score; else it may",
          "[sparsity][saliency]") {
    INFO(seed_text());
    const auto made = scored_network({.hidden = {10}, .inputs = 10, .classes = 10, .density = 0.2});
    for (const bool permanent : {true, false}) {
        Stream stream = test_stream(7);
        std::vector<std::vector<double>> last = weights_of(made->problem);
        bool returned = false;
        made->problem.options.passes = 5;
        keep_best_by_passes(made->problem, permanent, [&](const auto&) {
            const auto now = weights_of(made->problem);
            for (std::size_t l = 0; l < now.size(); ++l) {
                for (std::size_t k = 0; k < now[l].size(); ++k) {
                    returned = returned || (last[l][k] == 0.0 && now[l][k] != 0.0);
                }
            }
            last = now;
            return random_scores(made->problem, stream);
        });
        CHECK(returned == !permanent);
    }
}

}  // namespace espalier::sparsity
