#include <algorithm>
#include <cmath>

#include <espalier/sparsity/saliency/magnitude.hpp>

#include "sparsity/saliency/problems.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("magnitude: no kept weight is smaller than a removed one, in all layers or in each", "[sparsity][saliency]") {
    INFO(seed_text());
    const auto made = scored_network({.hidden = {20, 10}, .inputs = 30, .density = 0.3});
    const auto weights = weights_of(made->problem);
    for (const bool by_layer : {false, true}) {
        made->problem.options.by_layer = by_layer;
        const std::vector<Pattern> masks = magnitude(made->problem).masks;
        CHECK(edges(masks) == made->problem.kept());
        std::vector<double> smallest_kept(3, 1e9);
        std::vector<double> largest_removed(3, 0.0);
        for (std::size_t l = 0; l < masks.size(); ++l) {
            if (by_layer) CHECK(masks[l].edges() == made->problem.layers[l].kept);
            for (std::size_t k = 0; k < weights[l].size(); ++k) {
                const double size = std::abs(weights[l][k]);
                const bool kept = masks[l].contains(k / masks[l].cols(), k % masks[l].cols());
                if (kept) smallest_kept[l] = std::min(smallest_kept[l], size);
                if (!kept) largest_removed[l] = std::max(largest_removed[l], size);
            }
            if (by_layer) CHECK(smallest_kept[l] >= largest_removed[l]);
        }
        if (!by_layer) CHECK(std::ranges::min(smallest_kept) >= std::ranges::max(largest_removed));
    }
}

TEST_CASE("random: exact, about the same share everywhere, no network needed", "[sparsity][saliency]") {
    INFO(seed_text());
    SaliencyProblem problem;
    problem.seed = test_stream()();
    problem.layers = {{"a", {100, 100}, 1500}, {"b", {100, 400}, 2500}};
    const std::vector<Pattern> masks = random_positions(problem).masks;
    CHECK(edges(masks) == 4000);
    CHECK(masks[0].density() == Approx(0.08).margin(5 * std::sqrt(0.08 * 0.92 / 10000)));
    CHECK(random_positions(problem).masks == masks);
}

}  // namespace espalier::sparsity
