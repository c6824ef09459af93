#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/base/threads/threads.hpp>
#include <espalier/sparsity/saliency/loss_gradient.hpp>
#include <espalier/sparsity/saliency/snip.hpp>

#include "sparsity/saliency/problems.hpp"

namespace espalier::sparsity {
using namespace testing;

namespace {

/// Sum of the batches' mean losses with one weight changed.
double loss_with(const SaliencyProblem& problem, std::size_t layer, std::size_t place, double value) {
    double& weight = problem.weights()[layer]->parameter().values[place];
    const double before = weight;
    weight = value;
    double loss = 0.0;
    for (const Samples& samples : problem.batches) loss += take_loss_gradient(*problem.network, samples);
    weight = before;
    return loss;
}

/// Flat positions of all layers one after the other; the network is masked in place.
std::vector<Pattern> slow_iter_snip(const SaliencyProblem& problem, bool permanent) {
    std::vector<double*> places;
    std::vector<double> dense;
    for (nn::MaskedWeight<double>* weight : problem.weights()) {
        for (double& value : weight->parameter().values) {
            places.push_back(&value);
            dense.push_back(value);
        }
    }
    const auto all = static_cast<double>(places.size());
    const double density = static_cast<double>(problem.kept()) / all;
    std::vector<std::size_t> order(places.size());
    std::vector<bool> kept(places.size(), true);
    for (std::size_t pass = 1; pass <= problem.options.passes; ++pass) {
        take_loss_gradient(*problem.network, problem.batches.front());
        std::vector<double> scores;
        for (const nn::MaskedWeight<double>* weight : problem.weights()) {
            for (const double slope : weight->parameter().gradient) {
                const std::size_t k = scores.size();
                scores.push_back(permanent && !kept[k] ? -1.0 : std::abs(slope * dense[k]));
            }
        }
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
        const double part = static_cast<double>(pass) / static_cast<double>(problem.options.passes);
        const auto count = static_cast<std::size_t>(std::floor(std::pow(density, part) * all + 0.5));
        for (std::size_t n = 0; n < order.size(); ++n) {
            kept[order[n]] = n < count;
            *places[order[n]] = n < count ? dense[order[n]] : 0.0;
        }
    }
    std::vector<Pattern> masks;
    std::size_t at = 0;
    for (const ScoredLayer& layer : problem.layers) {
        std::vector<std::uint64_t> flat;
        for (std::size_t k = 0; k < positions(layer.shape); ++k, ++at) {
            if (kept[at]) flat.push_back(k);
            *places[at] = dense[at];
        }
        masks.push_back(Pattern::from_flat(layer.shape[0], layer.shape[1], flat));
    }
    return masks;
}

}  // namespace

TEST_CASE("snip: scores are the loss's derivatives by the mask, taken by differences", "[sparsity][saliency]") {
    for (std::uint32_t number = 0; number < 3; ++number) {
        const auto made = scored_network({.batches = 1 + number}, number);
        INFO(seed_text() << " number " << number);
        const auto weights = weights_of(made->problem);
        const LayerScores scores = snip_scores(made->problem);
        for (std::size_t l = 0; l < weights.size(); ++l) {
            for (std::size_t k = 0; k < weights[l].size(); ++k) {
                constexpr double h = 1e-5;
                const double w = weights[l][k];
                const double slope =
                    (loss_with(made->problem, l, k, w * (1 + h)) - loss_with(made->problem, l, k, w * (1 - h))) /
                    (2 * h);
                CHECK(scores[l][k] == Approx(std::abs(slope)).margin(1e-8));
            }
        }
        CHECK(weights_of(made->problem) == weights);
    }
}

TEST_CASE("snip: one linear layer by hand", "[sparsity][saliency]") {
    // Softmax of two equal logits is (1/2, 1/2), so the gradient of the logits is (-1/2, 1/2) for label 0.
    const auto made = scored_network({.hidden = {}, .inputs = 2, .classes = 2, .lanes = 1, .biases = false});
    auto& values = made->problem.weights()[0]->parameter().values;
    values = {1.0, -2.0, 3.0, -3.0};  // logits 1 * 4 - 2 * 1 = 2 and 3 * 4 - 3 * 1 = 9; taken equal below
    values[2] = 0.75;
    values[3] = -1.0;  // 3 - 1 = 2
    made->problem.batches[0].inputs.view().row(0)[0] = 4.0;
    made->problem.batches[0].inputs.view().row(1)[0] = 1.0;
    made->problem.batches[0].labels = {0};
    const LayerScores scores = snip_scores(made->problem);
    CHECK(scores[0][0] == Approx(0.5 * 4.0 * 1.0));
    CHECK(scores[0][1] == Approx(0.5 * 1.0 * 2.0));
    CHECK(scores[0][2] == Approx(0.5 * 4.0 * 0.75));
    CHECK(scores[0][3] == Approx(0.5 * 1.0 * 1.0));
    made->problem.layers[0].kept = 2;
    CHECK(snip(made->problem).masks[0] == pattern({{1, 0}, {1, 0}}));
}

TEST_CASE("snip: exact counts, the same for batches that repeat, and for any number of threads",
          "[sparsity][saliency]") {
    const auto made = scored_network({.hidden = {90, 80}, .inputs = 100, .classes = 10, .lanes = 100, .density = 0.1});
    const std::vector<Pattern> masks = snip(made->problem).masks;
    CHECK(edges(masks) == made->problem.kept());
    made->problem.batches.push_back(made->problem.batches.front());  // twice the loss
    CHECK(snip(made->problem).masks == masks);
    made->problem.batches.pop_back();
    made->problem.options.passes = 5;
    const std::vector<Pattern> iterative = iter_snip(made->problem).masks;
    set_threads(3);
    CHECK(snip(made->problem).masks == masks);
    CHECK(iter_snip(made->problem).masks == iterative);
    set_threads(1);
}

TEST_CASE("iter_snip: one pass is snip, more are a loop of masking, gradient and sorting", "[sparsity][saliency]") {
    INFO(seed_text());
    const auto made = scored_network({.hidden = {12, 12}, .inputs = 12, .classes = 4, .density = 0.1});
    const auto before = weights_of(made->problem);
    made->problem.options.passes = 1;
    CHECK(iter_snip(made->problem).masks == snip(made->problem).masks);
    made->problem.options.passes = 6;
    for (const bool permanent : {true, false}) {
        made->problem.options.permanent = permanent;
        const std::vector<Pattern> masks = iter_snip(made->problem).masks;
        CHECK(edges(masks) == made->problem.kept());
        CHECK(masks == slow_iter_snip(made->problem, permanent));
        CHECK(weights_of(made->problem) == before);
    }
}

TEST_CASE("snip: gradients by blocks are those of the batch but for rounding, on any number of threads",
          "[sparsity][saliency]") {
    INFO(seed_text());
    const auto made = scored_network({.hidden = {20, 12}, .inputs = 9, .classes = 4, .lanes = 37, .density = 0.1});
    const LayerScores whole = snip_scores(made->problem);
    const double loss = take_loss_gradient(*made->problem.network, made->problem.batches.front(), 2.0);
    for (const std::size_t blocks : {2U, 8U, 64U}) {
        made->problem.options.blocks = blocks;
        const LayerScores scores = snip_scores(made->problem);
        for (std::size_t l = 0; l < scores.size(); ++l) {
            for (std::size_t k = 0; k < scores[l].size(); ++k)
                CHECK(scores[l][k] == Approx(whole[l][k]).epsilon(1e-10).margin(1e-15));
        }
        CHECK(take_loss_gradient(*made->problem.network, made->problem.batches.front(), 2.0, false, blocks) ==
              Approx(loss).epsilon(1e-13));
        set_threads(3);
        CHECK(snip_scores(made->problem) == scores);
        set_threads(1);
    }
}

}  // namespace espalier::sparsity
