#include <set>
#include <tuple>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/layer_graph.hpp>
#include <espalier/topology/paths/effective.hpp>
#include <espalier/topology/paths/neurons.hpp>
#include <espalier/topology/paths/reach.hpp>

#include "topology/all_paths.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

using Names = std::vector<std::string>;

/// A stem, a block of two layers that adds to the stream, and a head.
Topology one_block(std::size_t inputs, std::size_t stream, std::size_t inside, std::size_t outputs) {
    Topology net = network("residual", {Pattern::full(stream, inputs), Pattern::full(inside, stream),
                                        Pattern::full(stream, inside), Pattern::full(outputs, stream)});
    net.layers[0].fed_by = Names{""};
    net.layers[1].fed_by = Names{"layer0"};
    net.layers[2].fed_by = Names{"layer1"};
    net.layers[3].fed_by = Names{"layer0", "layer2"};
    return net;
}

/// Two to five layers of three neurons each, fed by any layers before them and by the network's input.
Topology random_graph(Stream& stream) {
    Topology net{"graph", {}};
    const std::size_t layers = 2 + stream.below(4);
    for (std::size_t k = 0; k < layers; ++k) {
        net.layers.push_back(layer("layer" + std::to_string(k), random_pattern(3, 3, 0.45, stream)));
        Names fed_by;
        if (k == 0 || stream.below(4) == 0) fed_by.emplace_back();
        for (std::size_t feeder = 0; feeder < k; ++feeder) {
            if (stream.below(2) == 0 || (feeder + 1 == k && fed_by.empty()))
                fed_by.push_back("layer" + std::to_string(feeder));
        }
        net.layers.back().fed_by = fed_by;
    }
    return net;
}

bool is_fed_by(const Topology& net, std::size_t k, const std::string& name) {
    return std::ranges::find(*net.layers[k].fed_by, name) != net.layers[k].fed_by->end();
}

/// A kept weight: layer, input, output.
using Edge = std::tuple<std::size_t, std::size_t, std::size_t>;

/// All paths from the network's input that end with an output of a layer, each as its edges from the end.
std::vector<std::vector<Edge>> paths_to(const Topology& net, std::size_t k, std::size_t output) {
    std::vector<std::vector<Edge>> all;
    for (const std::uint32_t input : net.layers[k].pattern.row(output)) {
        const Edge last{k, input, output};
        if (is_fed_by(net, k, "")) all.push_back({last});
        for (std::size_t feeder = 0; feeder < k; ++feeder) {
            if (!is_fed_by(net, k, net.layers[feeder].name)) continue;
            for (std::vector<Edge> path : paths_to(net, feeder, input)) {
                path.insert(path.begin(), last);
                all.push_back(std::move(path));
            }
        }
    }
    return all;
}

}  // namespace

TEST_CASE("layer graph: who feeds whom, of a chain and of a residual network", "[topology][layer_graph]") {
    const Topology chain = network("chain", {Pattern::full(3, 4), Pattern::full(2, 6)});
    const LayerGraph chained(chain);
    CHECK(chained.takes_input(0));
    CHECK_FALSE(chained.takes_input(1));
    CHECK(chained.feeders(1) == std::vector<std::size_t>{0});
    CHECK(chained.block(1) == 2);
    CHECK(chained.neurons_before(1) == 3);
    const Topology net = one_block(5, 4, 3, 2);
    const LayerGraph graph(net);
    CHECK(graph.feeders(3) == std::vector<std::size_t>{0, 2});
    CHECK(graph.feeders(0).empty());
    CHECK(LayerGraph(Topology{"none", {}}).layers() == 0);
}

TEST_CASE("layer graph: paths through and around a block add up", "[topology][layer_graph]") {
    const Topology net = one_block(5, 4, 3, 2);
    CHECK(path_count(LayerGraph(net)).to_double() == 5 * 4 * 2 + 5 * 4 * 3 * 4 * 2);
    const Effective found = effective(net, {});
    CHECK(found.parameters == 20 + 12 + 12 + 8);
    CHECK(found.nodes == 5 + 4 + 3 + 4 + 2);
    // A block that gives nothing leaves the way around it.
    Topology skipped = net;
    skipped.layers[2].pattern = Pattern::empty(4, 3);
    CHECK(path_count(LayerGraph(skipped)).to_double() == 40);
    CHECK(effective(skipped, {}).parameters == 20 + 8);
    const IdleTotals idle = idle_totals(skipped);
    CHECK(idle.unreachable == 0);
    CHECK(idle.ineffective == 4 + 3);  // what only the block reads, and what is inside it
}

TEST_CASE("layer graph: random graphs agree with listing all paths", "[topology][layer_graph]") {
    for (std::uint32_t trial = 0; trial < 200; ++trial) {
        INFO(seed_text() << ", graph " << trial);
        Stream stream = test_stream(trial);
        const Topology net = random_graph(stream);
        const LayerGraph graph(net);
        const Reach reach = find_reach(graph);
        const std::size_t last = net.layers.size() - 1;
        std::set<Edge> used;
        std::size_t count = 0;
        for (std::size_t output = 0; output < 3; ++output) {
            for (const std::vector<Edge>& path : paths_to(net, last, output)) {
                ++count;
                used.insert(path.begin(), path.end());
            }
        }
        CHECK(path_count(graph).to_double() == static_cast<double>(count));
        CHECK(exact_path_count(graph) == count);
        CHECK(effective(net, {}).parameters == used.size());
        for (std::size_t k = 0; k <= last; ++k) {
            for (std::size_t j = 0; j < 3; ++j) {
                const bool is_reached = !paths_to(net, k, j).empty();
                CHECK((reach.from_input.outputs[k][j] != 0) == is_reached);
                // An edge lies on a path where its ends say so.
                for (const std::uint32_t input : net.layers[k].pattern.row(j)) {
                    const bool is_on_path =
                        reach.from_input.inputs[k][input] != 0 && reach.to_output.outputs[k][j] != 0;
                    CHECK(is_on_path == used.contains(Edge{k, input, j}));
                }
            }
        }
    }
}

TEST_CASE("layer graph: feeders that are not there, come later or do not fit are refused by name",
          "[topology][layer_graph]") {
    Topology net = one_block(5, 4, 3, 2);
    net.layers[3].fed_by = Names{"layer0", "gone"};
    CHECK_THROWS_WITH(LayerGraph(net), Contains("'layer3' is fed by 'gone'") && Contains("--layers"));
    net.layers[3].fed_by = Names{"layer3"};
    CHECK_THROWS_WITH(LayerGraph(net), Contains("not among the layers before it"));
    net.layers[3].fed_by = Names{"layer1"};
    CHECK_THROWS_WITH(LayerGraph(net), Contains("'layer1' has 3 outputs, 'layer3' after it 4 inputs"));
}

}  // namespace espalier::topology
