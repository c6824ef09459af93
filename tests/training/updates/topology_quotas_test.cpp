#include <cmath>

#include <espalier/training/trainer/trainer.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

using Overrides = std::vector<std::string>;

/// Of layers of 64 x 32, 32 x 16 and 16 x 10 at the end of their training.
std::vector<std::size_t> edges_at_the_end(const std::string& method, const Overrides& overrides) {
    Trainer t(digits_request(method, "unused", overrides).config, digits());
    while (!t.is_done()) {
        t.train_step();
        if (t.update_is_due()) t.update_topology();
    }
    std::vector<std::size_t> edges;
    for (const std::size_t k : t.weighted_layers()) edges.push_back(t.network().weight(k)->pattern().edges());
    return edges;
}

}  // namespace

TEST_CASE("topology quotas: of a block that is needed in part all stays", "[training][structures]") {
    // A fifth of 2048, 512 and 160 weights is 410, 102 and 32.
    CHECK(edges_at_the_end("gmp_uniform", {"sparsity.structure='block:2,2'", "sparsity.density=0.2"}) ==
          std::vector<std::size_t>{412, 104, 32});
}

TEST_CASE("topology quotas: pruning leaves every layer its least number, in whole blocks", "[training][structures]") {
    const std::string density = "sparsity.density=0.055";
    const std::string least = "sparsity.min_per_layer=41";
    CHECK(edges_at_the_end("gmp_uniform", {density, least}) == std::vector<std::size_t>{113, 41, 41});
    const auto in_blocks = edges_at_the_end("gmp", {density, least, "sparsity.structure='block:2,2'"});
    for (const std::size_t edges : in_blocks) CHECK(edges >= 44);
}

TEST_CASE("topology quotas: the last layer of GraNet's uniform pruning ends at 0.2, the total at its density",
          "[training]") {
    // 2048, 512 and 160 positions; a tenth of all is 272, of which the last layer has 32.
    const std::vector<std::size_t> edges = edges_at_the_end("granet_uniform", {"sparsity.density=0.1"});
    CHECK(edges == std::vector<std::size_t>{192, 48, 32});
    CHECK(edges_at_the_end("gmp_uniform", {"sparsity.density=0.1", "sparsity.classifier_density=0.2"}) == edges);
    CHECK(edges_at_the_end("granet_uniform", {"sparsity.density=0.1", "sparsity.classifier_density=0"}) ==
          std::vector<std::size_t>{205, 51, 16});
}

TEST_CASE("topology quotas: a nearly dense layer that wins weights by redistribution drops no more than it lacks",
          "[training]") {
    const Overrides overrides = {"sparsity.dense_layers=[\"first\"]", "sparsity.density=0.9",
                                 "sparsity.redistribution=magnitude", "sparsity.candidates=not_just_dropped"};
    for (const double advantage : {1.2, 0.8}) {
        INFO(advantage);
        Trainer t(digits_request("set", "unused", overrides).config, digits());
        while (!t.update_is_due()) t.train_step();
        const auto layer = [&](std::size_t l) -> auto& {
            return *t.network().weight(t.weighted_layers()[l]);
        };
        const auto mean = [&](std::size_t l) {
            double sum = 0.0;
            for (const float value : layer(l).parameter().values) sum += std::abs(static_cast<double>(value));
            return sum / static_cast<double>(layer(l).pattern().edges());
        };
        const double factor = advantage * mean(2) / mean(1);
        for (float& value : layer(1).parameter().values) value *= static_cast<float>(factor);
        const Pattern before = layer(1).pattern();
        const double lacks = 1.0 - before.density();
        REQUIRE(lacks > 0.0);
        REQUIRE(lacks < 0.2);
        const std::size_t dropped = t.update_topology()[1].dropped;
        CHECK((static_cast<double>(dropped) <= lacks * static_cast<double>(before.edges())) == (advantage > 1.0));
    }
}

}  // namespace espalier::training
