// The descent beside all permutations of tiny networks.
#include <algorithm>
#include <limits>

#include <espalier/topology/alignment/unit_assignment.hpp>
#include <espalier/topology/alignment/unit_similarity.hpp>
#include <espalier/topology/alignment/weight_matching.hpp>

#include "hidden_networks.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

double agreement(const PairedNetworks& pair, const Permutations& permutations) {
    double sum = 0;
    for (const double term : agreement_terms(pair, permutations)) sum += term;
    return sum;
}

/// The most that permutations of group `group` and those after it reach.
double most_by_trying(const PairedNetworks& pair, Permutations& permutations, std::size_t group = 0) {
    if (group == permutations.size()) return agreement(pair, permutations);
    double most = -std::numeric_limits<double>::infinity();
    std::ranges::sort(permutations[group]);
    do {
        most = std::max(most, most_by_trying(pair, permutations, group + 1));
    } while (std::ranges::next_permutation(permutations[group]).found);
    return most;
}

}  // namespace

TEST_CASE("exhaustive alignment: the descent reaches what all permutations of tiny networks reach, mostly",
          "[topology][alignment]") {
    INFO(seed_text());
    int equal = 0;
    for (std::uint32_t trial = 0; trial < 100; ++trial) {
        Stream stream = test_stream(trial);
        const HiddenNetwork what{.widths = {4, 4, 4, 3}, .density = 0.7};
        const StoredNetwork a = hidden_network(what, stream);
        const StoredNetwork b = hidden_network(what, stream);
        const PairedNetworks pair = pair_networks(a, b, AlignmentObjective::weights, true);
        Permutations permutations = identity_permutations(pair.groups);
        const double most = most_by_trying(pair, permutations);
        const Alignment alignment = align(a, b);
        CHECK(alignment.objective <= most + 1e-9);
        equal += alignment.objective >= most - 1e-9 ? 1 : 0;
        // Where it stops, no group can be improved alone.
        for (std::size_t g = 0; g < pair.groups.size(); ++g) {
            Permutations others = alignment.permutations;
            std::ranges::sort(others[g]);
            do {
                CHECK(agreement(pair, others) <= alignment.objective + 1e-9);
            } while (std::ranges::next_permutation(others[g]).found);
        }
    }
    CHECK(equal >= 75);
}

TEST_CASE("exhaustive alignment: one step is the best of all permutations of its group", "[topology][alignment]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 50; ++trial) {
        Stream stream = test_stream(trial);
        const HiddenNetwork what{.widths = {3, 6, 3, 2}, .density = 0.5, .with_srelu = trial % 2 == 0};
        const StoredNetwork a = hidden_network(what, stream);
        const StoredNetwork b = hidden_network(what, stream);
        const PairedNetworks pair = pair_networks(a, b, AlignmentObjective::weights, true);
        Permutations permutations = random_permutations(a, stream);
        std::vector<double> prices;
        for (int step = 0; step < 2; ++step) {  // then again, with the prices of other costs
            const Assignment best = assign_units(unit_costs(pair, 0, permutations), prices, permutations[0]);
            prices = best.column_dual;
            Permutations tried = permutations;
            double most = -std::numeric_limits<double>::infinity();
            std::ranges::sort(tried[0]);
            do {
                most = std::max(most, agreement(pair, tried));
            } while (std::ranges::next_permutation(tried[0]).found);
            tried[0] = best.column;
            CHECK(agreement(pair, tried) == Approx(most).margin(1e-9));
            permutations[1] = random_permutation(3, stream);
        }
    }
}

TEST_CASE("exhaustive alignment: one hidden layer is solved for good", "[topology][alignment]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 30; ++trial) {
        Stream stream = test_stream(trial);
        const StoredNetwork a = hidden_network({.widths = {4, 6, 3}, .density = 0.5}, stream);
        const StoredNetwork b = hidden_network({.widths = {4, 6, 3}, .density = 0.5}, stream);
        const PairedNetworks pair = pair_networks(a, b, AlignmentObjective::weights, true);
        Permutations permutations = identity_permutations(pair.groups);
        CHECK(align(a, b).objective == Approx(most_by_trying(pair, permutations)).margin(1e-9));
    }
}

}  // namespace espalier::topology
