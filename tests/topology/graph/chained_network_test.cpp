#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/chained_network.hpp>

#include "topology/all_paths.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("chained network: places of one channel are one neuron", "[topology][chained_network]") {
    Topology net{"conv", {layer("c", Pattern::full(3, 8)), layer("l", Pattern::full(5, 6))}};
    net.layers[0].shape = {3, 2, 2, 2};
    const ChainedNetwork chained(net);
    CHECK(chained.levels() == 3);
    CHECK(chained.width(0) == 2);
    CHECK(chained.width(1) == 3);
    CHECK(chained.width(2) == 5);
    CHECK((chained.neuron(0, 3) == 0 && chained.neuron(0, 4) == 1));
    CHECK((chained.neuron(1, 1) == 0 && chained.neuron(1, 5) == 2));
    CHECK((chained.is_convolution(0) && !chained.is_convolution(1)));
}

TEST_CASE("chained network: sums over edges both ways", "[topology][chained_network]") {
    const Topology net = worked_example();
    const ChainedNetwork chained(net);
    std::vector<std::size_t> seen;
    const auto add = [&](int& sum, int term, std::size_t edge) {
        sum += term;
        seen.push_back(edge);
    };
    CHECK(chained.forwards(0, std::vector<int>{1, 10, 100, 1000}, add) == std::vector<int>{101, 11, 1110});
    CHECK(chained.backwards(0, std::vector<int>{1, 10, 100}, add) == std::vector<int>{11, 110, 101, 100});
    CHECK(seen == std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6});
}

TEST_CASE("chained network: nothing, and layers that do not chain", "[topology][chained_network]") {
    const Topology none{"none", {}};
    CHECK(ChainedNetwork(none).levels() == 0);
    const Topology torn = network("torn.npz", {Pattern::full(3, 4), Pattern::full(2, 5)});
    CHECK_THROWS_AS(ChainedNetwork(torn), FormatError);
    CHECK_THROWS_WITH(ChainedNetwork(torn), Contains("torn.npz") && Contains("'layer0' has 3 outputs") &&
                                                Contains("'layer1'") && Contains("5 inputs") && Contains("--layers"));
}

}  // namespace espalier::topology
