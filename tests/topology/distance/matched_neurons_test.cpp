#include <espalier/base/text/error.hpp>
#include <espalier/topology/distance/matched_neurons.hpp>
#include <espalier/topology/distance/neuron_similarity.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("matched neurons: costs are those of all pairs at the matched ones", "[topology][matched_neurons]") {
    INFO(seed_text());
    std::uint32_t trial = 0;
    for (const auto& [a, b] : random_pattern_pairs(100, 24)) {
        Stream stream = test_stream(trial++);
        const std::size_t block = a.cols() % 3 == 0 ? 3 : 1;
        const auto before = random_permutation(a.cols() / block, stream);
        const auto partner = random_permutation(a.rows(), stream);
        const NeuronSimilarity neurons(a, b, before);
        std::vector<double> distances(b.rows());
        std::vector<double> similarity(b.rows());
        double cost = 0;
        for (std::size_t k = 0; k < a.rows(); ++k) {
            neurons.edit_distances(k, distances);
            neurons.row(k, similarity);
            for (std::size_t j = 0; j < b.rows(); ++j) {
                REQUIRE(similarity[j] == Approx(1 - distances[j]).margin(1e-15));
            }
            cost += distances[partner[k]];
        }
        CHECK(matched_cost(a, b, before, partner) == cost);
    }
}

TEST_CASE("matched neurons: shapes and blocks are checked", "[topology][matched_neurons]") {
    const auto three = identity_partners(3);
    CHECK_THROWS_WITH(matched_cost(Pattern::full(3, 4), Pattern::full(3, 5), {}, three), Contains("3x4 and 3x5"));
    CHECK_THROWS_WITH(matched_cost(Pattern::full(3, 4), Pattern::full(3, 4), three, three), Contains("no multiple"));
}

}  // namespace espalier::topology
