#include <limits>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/distance/aligned_weights.hpp>
#include <espalier/topology/distance/matched_neurons.hpp>

#include "topology/weighted_networks.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("aligned weights: sums over all positions, outputs and inputs renamed", "[topology][aligned_weights]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 40; ++trial) {
        Stream stream = test_stream(trial);
        const std::size_t block = 1 + trial % 2;
        const Topology a = random_weighted_network(block, stream);
        const Topology b = random_weighted_network(block, stream);
        std::vector<LayerMatch> matches(2);
        matches[0].partner = random_permutation(6, stream);
        matches[1].partner = random_permutation(4, stream);
        const std::vector<WeightSums> sums = compare_aligned_weights(a, b, matches);
        REQUIRE(sums.size() == 2);
        for (std::size_t k = 0; k < 2; ++k) {
            const auto x = dense_weights(a.layers[k]);
            const auto y = dense_weights(b.layers[k]);
            WeightSums expected;
            for (std::size_t i = 0; i < x.size(); ++i) {
                for (std::size_t j = 0; j < x[i].size(); ++j) {
                    const std::size_t in = k == 0 ? j : matches[0].partner[j / block] * block + j % block;
                    const double there = y[matches[k].partner[i]][in];
                    expected.first += x[i][j] * x[i][j];
                    expected.second += there * there;
                    expected.product += x[i][j] * there;
                    expected.difference += (x[i][j] - there) * (x[i][j] - there);
                }
            }
            CHECK(sums[k].first == Approx(expected.first));
            CHECK(sums[k].second == Approx(expected.second));
            CHECK(sums[k].product == Approx(expected.product).margin(1e-12));
            CHECK(sums[k].difference == Approx(expected.difference));
        }
    }
}

TEST_CASE("aligned weights: masks alone and weights that are no numbers are refused", "[topology][aligned_weights]") {
    Stream stream = test_stream();
    Topology a = random_weighted_network(1, stream);
    Topology b = random_weighted_network(1, stream);
    a.label = "a.npz";
    b.label = "b.npz";
    b.layers[1].values[0] = std::numeric_limits<float>::infinity();
    CHECK_THROWS_WITH(compare_aligned_weights(a, b, {}), Contains("'layer1'") && Contains("not finite"));
    b.layers[1].values.clear();
    CHECK_THROWS_WITH(compare_aligned_weights(a, b, {}),
                      Contains("b.npz") && Contains("'layer1'") && Contains("snapshots.weights = true"));
    b.layers.pop_back();
    CHECK_THROWS_WITH(compare_aligned_weights(a, b, {}), Contains("2 and 1 layers"));
}

}  // namespace espalier::topology
