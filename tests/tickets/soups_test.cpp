#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/soups.hpp>
#include <espalier/topology/superposition/averaging.hpp>
#include <espalier/topology/superposition/combine.hpp>

#include "topology/superposition/dense_twin.hpp"

namespace espalier::tickets {
using namespace testing;
using topology::StoredNetwork;
namespace {

/// A network of one weight and what it scores: a table.
StoredNetwork one_weight(const std::string& label, float value) {
    const topology::Layer layer{"fc", {1, 1}, pattern({{1}}), {value}};
    return {{.label = label, .layers = {layer}}, {}};
}

double weight_of(const StoredNetwork& network) {
    return network.topology.layers[0].values[0];
}

}  // namespace

TEST_CASE("greedy soup: the best first, others where the mean does not drop", "[tickets][soups]") {
    // The score falls with the distance from 10; means: {8} -2, {8, 14} 11 -> -1, with 0: 22/3 -> dropped,
    // with 22: 44/3 -> dropped, with 8 again: 10 -> 0.
    const std::vector<StoredNetwork> tickets = {one_weight("a", 14), one_weight("b", 8), one_weight("c", 0),
                                                one_weight("d", 22), one_weight("e", 8)};
    const auto score = [](const StoredNetwork& network) { return -std::abs(weight_of(network) - 10); };
    std::vector<double> accuracies;
    for (const StoredNetwork& ticket : tickets) accuracies.push_back(score(ticket));
    const Selected soup = greedy_soup(pointers(tickets), accuracies, {}, score);
    // Order b, e (equal: the earlier first), a, c, d.
    REQUIRE(soup.trials.size() == 5);
    std::vector<std::size_t> order;
    std::vector<bool> accepted;
    for (const Trial& trial : soup.trials) {
        order.push_back(trial.member);
        accepted.push_back(trial.accepted);
    }
    CHECK(order == std::vector<std::size_t>{1, 4, 0, 2, 3});
    CHECK(accepted == std::vector<bool>{true, true, true, false, false});  // an equal score stays in
    CHECK(weight_of(soup.network) == 10);
    CHECK(soup.validation_accuracy == 0);
    CHECK(soup.coefficients == std::vector<double>{1.0 / 3, 1.0 / 3, 0, 0, 1.0 / 3});
}

TEST_CASE("greedy soup: at least as good as the best ticket, and of its density", "[tickets][soups]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 10; ++trial) {
        Stream stream = test_stream(trial);
        const std::vector<StoredNetwork> tickets = random_networks(4, 0.4, stream);
        const auto score = [](const StoredNetwork& network) {
            double sum = 0;
            for (const float value : network.topology.layers[1].values) sum += std::sin(value * 7);
            return sum;
        };
        std::vector<double> accuracies;
        for (const StoredNetwork& ticket : tickets) accuracies.push_back(score(ticket));
        const auto budget = topology::budget_of(pointers(tickets), 300);
        const Selected soup = greedy_soup(pointers(tickets), accuracies, budget, score);
        CHECK(soup.validation_accuracy >= *std::ranges::max_element(accuracies));
        CHECK(soup.validation_accuracy == score(soup.network));
        const auto keep = topology::edges(tickets[0].topology);
        const Selected pruned = greedy_soup(pointers(tickets), accuracies, {.total = keep - 5}, score);
        CHECK(topology::edges(pruned.network.topology) == keep - 5);
    }
}

TEST_CASE("uniform soup: the mean of all, pruned once", "[tickets][soups]") {
    Stream stream = test_stream();
    const std::vector<StoredNetwork> tickets = random_networks(3, 0.4, stream);
    CHECK(same_bits(uniform_soup(pointers(tickets), {}), topology::mean_of(pointers(tickets))));
    const StoredNetwork soup = uniform_soup(pointers(tickets), {.total = 50});
    CHECK(same_bits(soup, topology::prune_to(topology::mean_of(pointers(tickets)), 50)));
    CHECK_THROWS_AS(greedy_soup(pointers(tickets), std::vector<double>{1}, {}, nullptr), FormatError);
}

}  // namespace espalier::tickets
