#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/alignment/align_all.hpp>

#include "hidden_networks.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

const HiddenNetwork small{.widths = {20, 30, 30, 5}, .density = 0.3};

/// Sum over pairs of networks in their places.
double agreement_of_pairs(const std::vector<StoredNetwork>& networks, const std::vector<Permutations>& permutations) {
    double sum = 0;
    for (std::size_t a = 0; a < networks.size(); ++a) {
        for (std::size_t b = a + 1; b < networks.size(); ++b) {
            sum += align(permuted(networks[a], permutations[a]), permuted(networks[b], permutations[b]),
                         {.max_sweeps = 0, .starts = {AlignmentStart::identity}})
                       .objective;
        }
    }
    return sum;
}

}  // namespace

TEST_CASE("align all: copies of one network come back from wherever their units are", "[topology][alignment]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 5; ++trial) {
        Stream stream = test_stream(trial);
        const StoredNetwork network = hidden_network(small, stream);
        std::vector<StoredNetwork> members;
        std::vector<Permutations> planted;
        for (int k = 0; k < 4; ++k) {
            planted.push_back(random_permutations(network, stream));
            members.push_back(permuted(with_noise(network, 0.3, stream), planted.back()));
        }
        const MutualAlignment mutual = align_all(members);
        CHECK(mutual.is_converged);
        CHECK(mutual.permutations[0] == identity_permutations(unit_groups(network)));
        for (std::size_t k = 0; k < members.size(); ++k) {
            CHECK(composed(planted[k], mutual.permutations[k]) == planted[0]);
        }
        for (std::size_t k = 0; k < members.size(); ++k) {
            CHECK(align(members[0], members[k]).permutations == mutual.permutations[k]);
        }
    }
}

TEST_CASE("align all: what pairs have in common never falls, and exceeds aligning to the first",
          "[topology][alignment]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 5; ++trial) {
        Stream stream = test_stream(trial);
        std::vector<StoredNetwork> members;
        for (int k = 0; k < 4; ++k) members.push_back(hidden_network(small, stream));
        const MutualAlignment mutual = align_all(members);
        CHECK(std::ranges::is_sorted(mutual.history));
        CHECK(mutual.history.size() > 2);
        std::vector<Permutations> to_first;
        for (const StoredNetwork& member : members) to_first.push_back(align(members[0], member).permutations);
        CHECK(mutual.history.front() == Approx(agreement_of_pairs(members, to_first)).epsilon(1e-5));
        CHECK(mutual.history.back() == Approx(agreement_of_pairs(members, mutual.permutations)).epsilon(1e-5));
        CHECK(mutual.history.back() > mutual.history.front());
        CHECK(align_all(members, {}, 1).history.size() == 2);
    }
}

TEST_CASE("align all: masks alone, one network, none", "[topology][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    StoredNetwork network = hidden_network(small, stream);
    for (Layer& layer : network.topology.layers) layer.values.clear();
    std::vector<StoredNetwork> members{network};
    const AlignmentOptions masks{.objective = AlignmentObjective::masks};
    CHECK(align_all(members, masks).is_converged);
    const Permutations planted = random_permutations(network, stream);
    members.push_back(permuted(network, planted));
    CHECK(composed(planted, align_all(members, masks).permutations[1]) == align_all(members, masks).permutations[0]);
    CHECK_THROWS_AS(align_all({}), ConfigError);
    members.push_back(hidden_network({.widths = {20, 31, 30, 5}, .density = 0.3}, stream));
    CHECK_THROWS_WITH(align_all(members, masks), Contains("'000_fc1'") && Contains("30x20 and 31x20"));
}

}  // namespace espalier::topology
