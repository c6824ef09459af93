#include <algorithm>
#include <cmath>
#include <map>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/saliency/phew.hpp>
#include <espalier/topology/paths/effective.hpp>

#include "sparsity/saliency/image_problems.hpp"
#include "sparsity/saliency/problems.hpp"

namespace espalier::sparsity {
using namespace testing;

namespace {

topology::Topology topology_of(const std::vector<Pattern>& masks) {
    topology::Topology topology{"masks", {}};
    for (const Pattern& mask : masks) topology.layers.push_back({"fc", {mask.rows(), mask.cols()}, mask, {}});
    return topology;
}

}  // namespace

TEST_CASE("phew: every kept weight lies on a path, the count is met, walks repeat", "[sparsity][saliency]") {
    for (std::uint32_t number = 0; number < 5; ++number) {
        INFO(seed_text() << " number " << number);
        const auto made = scored_network({.hidden = {20, 15, 10}, .inputs = 30, .classes = 8, .density = 0.1}, number);
        const std::vector<Pattern> masks = phew(made->problem).masks;
        CHECK(edges(masks) >= made->problem.kept());
        CHECK(edges(masks) <= made->problem.kept() + masks.size() - 1);
        CHECK(topology::effective(topology_of(masks)).parameters == edges(masks));
        CHECK(phew(made->problem).masks == masks);
        made->problem.options.trim = true;
        CHECK(edges(phew(made->problem).masks) == made->problem.kept());
        made->problem.seed += 1;
        CHECK(phew(made->problem).masks != masks);
    }
}

TEST_CASE("phew: walks go by absolute weight, uniformly where there is none", "[sparsity][saliency]") {
    INFO(seed_text());
    const auto made = scored_network({.hidden = {}, .inputs = 1, .classes = 4, .biases = false});
    made->problem.layers[0].kept = 1;  // one walk, forward from the one input
    const auto shares = [&](std::vector<double> weights) {
        std::ranges::copy(weights, made->problem.weights()[0]->parameter().values.begin());
        std::map<std::size_t, double> found;
        constexpr int draws = 4000;
        for (int draw = 0; draw < draws; ++draw) {
            made->problem.seed = test_stream()() + static_cast<std::uint64_t>(draw);
            found[phew(made->problem).masks[0].flat().front()] += 1.0 / draws;
        }
        return found;
    };
    auto found = shares({1.0, -2.0, 0.0, 5.0});
    CHECK(found[0] == Approx(0.125).margin(0.03));
    CHECK(found[1] == Approx(0.25).margin(0.04));
    CHECK(found[2] == 0.0);
    CHECK(found[3] == Approx(0.625).margin(0.04));
    found = shares({0.0, 0.0, 0.0, 0.0});
    for (std::size_t k = 0; k < 4; ++k) CHECK(found[k] == Approx(0.25).margin(0.04));
}

TEST_CASE("phew: all of it, dense layers, and what walks cannot reach", "[sparsity][saliency]") {
    const auto made = scored_network({.hidden = {6}, .inputs = 6, .classes = 4, .density = 1.0});
    for (const Pattern& mask : phew(made->problem).masks) CHECK(mask.is_full());
    made->problem.layers[1].left_out = true;
    made->problem.layers[0].kept = 7;
    const std::vector<Pattern> masks = phew(made->problem).masks;
    CHECK(masks[1].is_full());
    CHECK(masks[0].edges() == 7);
    for (std::size_t k = 0; k < 36; ++k) {
        made->problem.weights()[0]->parameter().values[k] = k % 7 == 0 ? 1.0 : 1e-300;  // nothing beside the diagonal
    }
    made->problem.layers[0].kept = 34;
    CHECK_THROWS_WITH(phew(made->problem), Contains("do not reach sparsity.density = 0.944"));
}

TEST_CASE("phew: in residual networks and convolutions every kept weight lies on a path", "[sparsity][saliency]") {
    for (const nn::NetworkSpec& spec : networks_with_paths()) {
        INFO(seed_text() << " " << spec.nodes.front().name << " " << spec.nodes.size() << " nodes");
        ImageProblem made(spec, 0.1, test_stream()());
        const std::vector<Pattern> masks = phew(made.problem).masks;
        CHECK(edges(masks) >= made.problem.kept());
        CHECK(edges(masks) <= made.problem.kept() + masks.size() - 1);
        CHECK(on_paths(spec, masks) == edges(masks));
        CHECK(phew(made.problem).masks == masks);
        made.problem.options.trim = true;
        CHECK(edges(phew(made.problem).masks) == made.problem.kept());
        made.problem.seed += 1;
        CHECK(phew(made.problem).masks != masks);
    }
}

TEST_CASE("phew: where ways part a walk goes by the weights it would meet, an addition being one",
          "[sparsity][saliency]") {
    INFO(seed_text());
    // One unit a layer: from the stem into the block with its weight of 3, or around it with 1.
    const nn::NetworkSpec spec = nn::network_spec("residual_mlp", {.hidden = {1, 1}}, {1}, 1);
    ImageProblem made(spec, 1.0, 1);
    for (ScoredLayer& layer : made.problem.layers) layer.kept = 0;
    made.problem.layers.front().kept = 1;  // one walk: the stem and the head, and the block or not
    for (nn::MaskedWeight<double>* weight : made.problem.weights()) weight->parameter().values = {-3.0};
    double through = 0.0;
    constexpr int draws = 4000;
    for (int draw = 0; draw < draws; ++draw) {
        made.problem.seed = test_stream()() + static_cast<std::uint64_t>(draw);
        const std::vector<Pattern> masks = phew(made.problem).masks;
        CHECK((masks[0].edges() == 1 && masks[3].edges() == 1 && masks[1].edges() == masks[2].edges()));
        through += static_cast<double>(masks[1].edges()) / draws;
    }
    CHECK(through == Approx(0.75).margin(0.03));
}

}  // namespace espalier::sparsity
