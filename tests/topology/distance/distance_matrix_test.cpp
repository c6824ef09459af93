#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/distance/distance_matrix.hpp>
#include <espalier/topology/distance/jaccard.hpp>
#include <espalier/topology/distance/nnstd.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

std::vector<Topology> random_networks(std::size_t count) {
    std::vector<Topology> networks;
    for (std::uint32_t k = 0; k < count; ++k) {
        Stream stream = test_stream(k);
        networks.push_back(random_network({20, 16, 12}, 0.15, stream));
        networks.back().label = "net" + std::to_string(k);
    }
    return networks;
}

}  // namespace

TEST_CASE("distance matrix: every pair, the lower number first, mirrored", "[topology][distance_matrix]") {
    INFO(seed_text());
    const std::vector<Topology> networks = random_networks(4);
    const DistanceMatrix matrix = distance_matrix(find_distance("nnstd"), networks);
    CHECK(matrix.metric == "nnstd");
    CHECK(matrix.topologies == std::vector<std::string>{"net0", "net1", "net2", "net3"});
    CHECK(matrix.layers == std::vector<std::string>{"layer0", "layer1"});
    REQUIRE(matrix.per_layer.size() == 2);
    for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t j = 0; j < 4; ++j) {
            const auto expected = nnstd(networks[std::min(i, j)], networks[std::max(i, j)]);
            CHECK(matrix.per_layer[0][i][j] == expected[0].distance);
            CHECK(matrix.per_layer[1][i][j] == expected[1].distance);
            CHECK(matrix.mean[i][j] == (expected[0].distance + expected[1].distance) / 2);
        }
    }
}

TEST_CASE("distance matrix: equal bits for any number of threads", "[topology][distance_matrix]") {
    INFO(seed_text());
    const std::vector<Topology> networks = random_networks(6);
    const int before = threads();
    const DistanceMatrix one = distance_matrix(find_distance("nnstd"), networks);
    for (const int count : {2, 3, 8}) {
        set_threads(count);
        const DistanceMatrix many = distance_matrix(find_distance("nnstd"), networks);
        CHECK(many.per_layer == one.per_layer);
        CHECK(many.mean == one.mean);
    }
    set_threads(before);
}

namespace {

/// Approximate unless the networks are equal.
LayerDistances rough(const Topology& first, const Topology& second, const Settings& settings) {
    const double scale = settings.number("scale");
    if (first.layers[0].pattern == second.layers[0].pattern) return {{0, 0}};
    return {{0.5 * scale, 0.75 * scale}, {0.25 * scale, 0.5 * scale}};
}

}  // namespace

TEST_CASE("distance matrix: approximate pairs bring lower bounds, exact ones are their own",
          "[topology][distance_matrix]") {
    INFO(seed_text());
    std::vector<Topology> networks = random_networks(3);
    networks[1] = networks[0];
    const Distance distance{{"rough", "for this test", "-"}, rough, {{"scale", "1", "of the distances", {}}}};
    Settings settings = settings_of(distance);
    settings.set("scale", "0.5");
    const DistanceMatrix matrix = distance_matrix(distance, settings, networks);
    REQUIRE_FALSE(matrix.is_exact());
    CHECK(matrix.per_layer[1][2][0] == 0.375);
    CHECK(matrix.lower_bound_per_layer[1][2][0] == 0.25);
    CHECK(matrix.lower_bound_mean[0][2] == 0.1875);
    CHECK(matrix.lower_bound_mean[0][1] == 0);
    CHECK(distance_matrix(distance, std::vector<Topology>{networks[0], networks[1]}).is_exact());
}

TEST_CASE("distance matrix: one topology, none, and ones that do not fit", "[topology][distance_matrix]") {
    const Distance& jaccard = find_distance("jaccard");
    CHECK(distance_matrix(jaccard, {}).mean.empty());
    CHECK(distance_matrix(jaccard, random_networks(1)).mean == DistanceMatrix::Square{{0.0}});
    std::vector<Topology> networks = random_networks(2);
    networks[1].layers[1] = layer("layer1", Pattern::full(11, 16));
    CHECK_THROWS_WITH(distance_matrix(jaccard, networks),
                      Contains("net0 and net1") && Contains("layer1") && Contains("12x16 and 11x16"));
    networks[1].layers.pop_back();
    CHECK_THROWS_AS(distance_matrix(jaccard, networks), FormatError);
}

}  // namespace espalier::topology
