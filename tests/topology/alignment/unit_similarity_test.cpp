#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/alignment/unit_similarity.hpp>

#include "hidden_networks.hpp"
#include "topology/weighted_networks.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

using Dense = std::vector<std::vector<double>>;

double naive_agreement(const StoredNetwork& a, const StoredNetwork& b, bool with_arrays) {
    double sum = 0;
    for (std::size_t l = 0; l < a.topology.layers.size(); ++l) {
        const Dense first = dense_weights(a.topology.layers[l]);
        const Dense second = dense_weights(b.topology.layers[l]);
        for (std::size_t i = 0; i < first.size(); ++i) {
            for (std::size_t x = 0; x < first[i].size(); ++x) sum += first[i][x] * second[i][x];
        }
    }
    if (!with_arrays) return sum;
    for (std::size_t k = 0; k < a.parameters.size(); ++k) {
        if (a.parameters[k].layer == a.topology.layers.back().name) continue;  // of outputs, which do not move
        for (std::size_t i = 0; i < a.parameters[k].values.size(); ++i) {
            sum += static_cast<double>(a.parameters[k].values[i]) * b.parameters[k].values[i];
        }
    }
    return sum;
}

double total(const std::vector<double>& terms) {
    double sum = 0;
    for (const double term : terms) sum += term;
    return sum;
}

/// 6 inputs, feature maps of 3 channels and 4 pixels each, then 5 units, 2 outputs.
StoredNetwork network_with_blocks(Stream& stream) {
    StoredNetwork network{{.label = "conv", .layers = {}}, {}};
    const std::vector<std::vector<std::size_t>> shapes = {{3, 1, 2, 3}, {4, 3, 2, 2}, {5, 16}, {2, 5}};
    for (const std::vector<std::size_t>& shape : shapes) {
        std::size_t cols = 1;
        for (std::size_t k = 1; k < shape.size(); ++k) cols *= shape[k];
        Layer one = with_weights(layer("l", random_pattern(shape[0], cols, 0.6, stream)), stream);
        one.name = "layer" + std::to_string(network.topology.layers.size());
        one.shape = shape;
        network.topology.layers.push_back(one);
    }
    network.parameters.push_back({"layer1", "per_pixel", uniform_floats(8, -1, 1, stream)});
    return network;
}

void check_costs(const StoredNetwork& a, const StoredNetwork& b, Stream& stream) {
    const PairedNetworks pair = pair_networks(a, b, AlignmentObjective::weights, true);
    Permutations permutations = random_permutations(a, stream);
    const double agreement = total(agreement_terms(pair, permutations));
    CHECK(agreement == Approx(naive_agreement(a, permuted(b, permutations), true)).margin(1e-9));
    CHECK(agreement <= agreement_bound(pair));
    // What exchanging two units gains is what the costs of their group say.
    for (std::size_t g = 0; g < pair.groups.size(); ++g) {
        const CostMatrix costs = unit_costs(pair, g, permutations);
        for (std::size_t i = 0; i + 1 < permutations[g].size(); ++i) {
            Permutations other = permutations;
            std::swap(other[g][i], other[g][i + 1]);
            const double before = costs(i, permutations[g][i]) + costs(i + 1, permutations[g][i + 1]);
            const double after = costs(i, other[g][i]) + costs(i + 1, other[g][i + 1]);
            const double gained = naive_agreement(a, permuted(b, other), true) - agreement;
            CHECK(before - after == Approx(gained).margin(1e-9));
        }
    }
}

}  // namespace

TEST_CASE("unit similarity: costs say what an exchange of units gains, by dense twins", "[topology][alignment]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 20; ++trial) {
        Stream stream = test_stream(trial);
        const HiddenNetwork what{
            .widths = {5, 7, 6, 4, 3}, .density = trial % 4 == 0 ? 1.0 : 0.4, .with_srelu = trial % 2 == 0};
        const StoredNetwork a = hidden_network(what, stream);
        const StoredNetwork b = hidden_network(what, stream);
        check_costs(a, b, stream);
    }
}

TEST_CASE("unit similarity: units with several inputs each", "[topology][alignment]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 10; ++trial) {
        Stream stream = test_stream(trial);
        const StoredNetwork a = network_with_blocks(stream);
        const StoredNetwork b = network_with_blocks(stream);
        check_costs(a, b, stream);
    }
}

TEST_CASE("unit similarity: what leads to units without a place does not count", "[topology][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const StoredNetwork a = hidden_network({.widths = {5, 7, 6, 3}, .density = 0.5, .with_biases = false}, stream);
    const StoredNetwork b = hidden_network({.widths = {5, 7, 6, 3}, .density = 0.5, .with_biases = false}, stream);
    const PairedNetworks pair = pair_networks(a, b, AlignmentObjective::weights, true);
    const CostMatrix costs = unit_costs(pair, 0, Permutations(2));
    const Dense first = dense_weights(a.topology.layers[0]);
    const Dense second = dense_weights(b.topology.layers[0]);
    for (std::size_t i = 0; i < 7; ++i) {
        for (std::size_t j = 0; j < 7; ++j) {
            double product = 0;
            for (std::size_t x = 0; x < 5; ++x) product += first[i][x] * second[j][x];
            CHECK(costs(i, j) == Approx(-product).margin(1e-12));
        }
    }
}

TEST_CASE("unit similarity: renumbering the second network renumbers columns and changes no bit",
          "[topology][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const HiddenNetwork what{.widths = {20, 30, 25, 5}, .density = 0.3, .with_srelu = true};
    const StoredNetwork a = hidden_network(what, stream);
    const StoredNetwork b = hidden_network(what, stream);
    const Permutations places = random_permutations(b, stream);
    const Permutations moves = random_permutations(b, stream);
    const CostMatrix costs = unit_costs(pair_networks(a, b, AlignmentObjective::weights, true), 0, places);
    set_threads(2);
    const CostMatrix moved = unit_costs(pair_networks(a, permuted(b, moves), AlignmentObjective::weights, true), 0,
                                        composed(inverse(moves), places));
    set_threads(1);
    for (std::size_t i = 0; i < 30; ++i) {
        for (std::size_t j = 0; j < 30; ++j) CHECK(moved(i, j) == costs(i, moves[0][j]));
    }
}

}  // namespace espalier::topology
