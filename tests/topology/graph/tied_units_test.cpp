#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/alignment/weight_matching.hpp>
#include <espalier/topology/graph/tied_units.hpp>

#include "topology/alignment/residual_networks.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

/// The layers that have the units on this side.
std::vector<std::size_t> layers_of(const UnitGroup& group, WeightSide side) {
    std::vector<std::size_t> layers;
    for (const WeightUse& use : group.weights) {
        if (use.side == side) layers.push_back(use.layer);
    }
    return layers;
}

using Numbers = std::vector<std::size_t>;

/// What the objective of a pair is by definition: the inner product of weights, and of arrays but statistics, of all
/// that has a side in a group.
double plain_objective(const StoredNetwork& a, const StoredNetwork& b, std::size_t fixed_biases_from) {
    double sum = 0;
    for (std::size_t l = 0; l < a.topology.layers.size(); ++l) {
        const Layer& first = a.topology.layers[l];
        const Layer& second = b.topology.layers[l];
        std::vector<double> dense(first.pattern.positions(), 0.0);
        for (std::size_t i = 0, edge = 0; i < first.pattern.rows(); ++i) {
            for (const std::uint32_t x : first.pattern.row(i))
                dense[i * first.pattern.cols() + x] = first.values[edge++];
        }
        for (std::size_t i = 0, edge = 0; i < second.pattern.rows(); ++i) {
            for (const std::uint32_t x : second.pattern.row(i))
                sum += dense[i * first.pattern.cols() + x] * second.values[edge++];
        }
    }
    for (std::size_t k = 0; k < fixed_biases_from; ++k) {
        if (a.parameters[k].name.starts_with("running")) continue;
        for (std::size_t i = 0; i < a.parameters[k].values.size(); ++i)
            sum += static_cast<double>(a.parameters[k].values[i]) * b.parameters[k].values[i];
    }
    return sum;
}

}  // namespace

TEST_CASE("tied units: all that writes to a residual stream is one group", "[topology][alignment]") {
    Stream stream = test_stream();
    const StoredNetwork network = residual_network(ResidualKind::projected, stream);
    const std::vector<UnitGroup> groups = unit_groups(network);
    REQUIRE(groups.size() == 9);  // three streams, six insides of blocks
    CHECK(groups[0].name == "000_stem");
    CHECK(layers_of(groups[0], WeightSide::outputs) == Numbers{0, 2, 4});
    CHECK(layers_of(groups[0], WeightSide::inputs) == Numbers{1, 3, 5, 7});
    CHECK(groups[0].parameters.size() == 12);
    CHECK(layers_of(groups[1], WeightSide::outputs) == Numbers{1});
    CHECK(layers_of(groups[1], WeightSide::inputs) == Numbers{2});
    CHECK(groups[1].weights[1].block == 9);
    const auto last = std::ranges::find(groups, 16U, &UnitGroup::size);
    REQUIRE(last != groups.end());
    std::size_t units = 0;
    for (const UnitGroup& group : groups) units += group.size;
    CHECK(units == 3 * (4 + 8 + 16));
}

TEST_CASE("tied units: without weights in shortcuts a stage's units stay what they are in the next",
          "[topology][alignment]") {
    Stream stream = test_stream();
    const std::vector<UnitGroup> groups = unit_groups(residual_network(ResidualKind::padded, stream));
    REQUIRE(groups.size() == 9);
    CHECK(groups[0].size == 4);  // those of the first stage, which go through all
    CHECK(layers_of(groups[0], WeightSide::outputs) == Numbers{0, 2, 4, 6, 8, 10, 12});
    for (const WeightUse& use : groups[0].weights) {
        const std::uint32_t first = use.layer <= 5 ? 0 : use.layer <= 9 ? 2 : 6;
        if (use.side == WeightSide::outputs && use.layer > 4)
            CHECK(use.units == std::vector<std::uint32_t>{first, first + 1, first + 2, first + 3});
    }
    const auto second = std::ranges::find(groups, std::string("012_second8_0 (4 of 8)"), &UnitGroup::name);
    REQUIRE(second != groups.end());
    CHECK(second->weights.front().units == std::vector<std::uint32_t>{0, 1, 6, 7});
    CHECK(std::ranges::find(groups, std::string("020_second16_0 (8 of 16)"), &UnitGroup::name) != groups.end());
}

TEST_CASE("tied units: a depthwise convolution's outputs are the units it takes", "[topology][alignment]") {
    Stream stream = test_stream();
    const std::vector<UnitGroup> groups = unit_groups(residual_network(ResidualKind::depthwise, stream));
    REQUIRE(groups.size() == 7);
    CHECK(layers_of(groups[0], WeightSide::outputs) == Numbers{0, 1});
    CHECK(layers_of(groups[0], WeightSide::inputs) == Numbers{2});
}

TEST_CASE("tied units: convolutions by other groups, and streams that the input is added to, stay as they are",
          "[topology][alignment]") {
    Stream stream = test_stream();
    ResidualBuilder builder{stream};
    const std::string stem = builder.add("stem", {8, 3, 3, 3}, {""});
    const std::string grouped = builder.add("grouped", {8, 4, 3, 3}, {stem});
    const std::string free = builder.add("free", {6, 8, 1, 1}, {grouped});
    builder.add("fc", {2, 6}, {free});
    const std::vector<UnitGroup> groups = unit_groups(builder.network);
    REQUIRE(groups.size() == 1);
    CHECK(groups[0].name == free);
    ResidualBuilder with_input{stream};
    const std::string first = with_input.add("first", {3, 3, 3, 3}, {""});
    with_input.add("fc", {2, 3}, {"", first});
    CHECK(unit_groups(with_input.network).empty());
}

TEST_CASE("tied units: what feeds a layer must be there and fit", "[topology][alignment]") {
    Stream stream = test_stream();
    StoredNetwork network = residual_network(ResidualKind::projected, stream);
    network.topology.layers.erase(network.topology.layers.begin() + 2);
    CHECK_THROWS_WITH(unit_groups(network), Catch::Contains("which is not among the layers"));
    ResidualBuilder builder{stream};
    const std::string stem = builder.add("stem", {8, 3, 3, 3}, {""});
    builder.add("fc", {2, 9}, {stem});
    CHECK_THROWS_WITH(unit_groups(builder.network), Catch::Contains("do not chain"));
}

TEST_CASE("tied units: permuted copies of residual networks come back, all of them", "[topology][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const ResidualKind kind : {ResidualKind::projected, ResidualKind::padded, ResidualKind::depthwise}) {
        const StoredNetwork network = residual_network(kind, stream);
        std::size_t back = 0;
        for (int copy = 0; copy < 100; ++copy) {
            const Permutations planted = random_permutations(network, stream);
            const StoredNetwork moved = permuted(network, planted);
            const Alignment found = align(network, moved);
            const StoredNetwork restored = permuted(moved, found.permutations);
            const double own = plain_objective(network, network, network.parameters.size() - 1);
            CHECK(found.objective == Approx(own).epsilon(1e-9));
            back += found.permutations == inverse(planted) ? 1 : 0;
            CHECK((restored.topology.layers.back().pattern == network.topology.layers.back().pattern));
            for (std::size_t k = 0; k < network.parameters.size(); ++k)
                CHECK(restored.parameters[k].values == network.parameters[k].values);
        }
        CHECK(back == 100);
    }
}

TEST_CASE("tied units: of SLaK a stage is one stream, and each block has a group inside", "[topology][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const StoredNetwork network = slak_network_stored(stream);
    const std::vector<UnitGroup> groups = unit_groups(network);
    REQUIRE(groups.size() == 6);
    CHECK(groups[0].size == 6);
    // All depthwise kernels, what writes to the stream, and the next stage's and pwconv1's inputs.
    CHECK(layers_of(groups[0], WeightSide::outputs) == Numbers{0, 1, 2, 3, 5, 6, 7, 8, 10});
    CHECK(layers_of(groups[0], WeightSide::inputs) == Numbers{4, 9, 11});
    CHECK(groups[1].size == 24);
    CHECK(layers_of(groups[1], WeightSide::outputs) == Numbers{4});
    CHECK(layers_of(groups[1], WeightSide::inputs) == Numbers{5});
    std::size_t gammas = 0;
    for (const ParameterUse& use : groups[0].parameters)
        gammas += network.parameters[use.parameter].name == "gamma" ? 1 : 0;
    CHECK(gammas == 2);
    std::size_t back = 0;
    for (int copy = 0; copy < 34; ++copy) {
        const Permutations planted = random_permutations(network, stream);
        const StoredNetwork moved = permuted(network, planted);
        const Alignment found = align(network, moved);
        const StoredNetwork restored = permuted(moved, found.permutations);
        back += found.permutations == inverse(planted) ? 1 : 0;
        for (std::size_t k = 0; k < network.parameters.size(); ++k)
            CHECK(restored.parameters[k].values == network.parameters[k].values);
    }
    CHECK(back == 34);
}

TEST_CASE("tied units: a noisy permuted copy comes back, and the objective is that of the definition",
          "[topology][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const ResidualKind kind : {ResidualKind::projected, ResidualKind::padded}) {
        const StoredNetwork network = residual_network(kind, stream);
        const Permutations planted = random_permutations(network, stream);
        const StoredNetwork moved = permuted(with_noise(network, 0.1, stream), planted);
        const Alignment found = align(network, moved);
        CHECK(found.permutations == inverse(planted));
        const StoredNetwork restored = permuted(moved, found.permutations);
        CHECK(found.objective ==
              Approx(plain_objective(network, restored, network.parameters.size() - 1)).epsilon(1e-6));
        CHECK(found.is_converged);
    }
}

}  // namespace espalier::topology
