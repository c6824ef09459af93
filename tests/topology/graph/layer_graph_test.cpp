#include <numeric>
#include <set>
#include <tuple>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/layer_graph.hpp>
#include <espalier/topology/graph/neuron_graph.hpp>
#include <espalier/topology/paths/effective.hpp>
#include <espalier/topology/paths/max_flow.hpp>
#include <espalier/topology/paths/neurons.hpp>
#include <espalier/topology/paths/path_centrality.hpp>
#include <espalier/topology/paths/path_kernel_trace.hpp>
#include <espalier/topology/paths/reach.hpp>
#include <espalier/topology/paths/reachability.hpp>

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

/// All paths from the network's input to its outputs, which are the layers that none takes.
std::vector<std::vector<Edge>> all_paths_of(const Topology& net) {
    std::vector<std::vector<Edge>> all;
    for (std::size_t k = 0; k < net.layers.size(); ++k) {
        const auto reads = [&](std::size_t reader) { return is_fed_by(net, reader, net.layers[k].name); };
        bool is_read = false;
        for (std::size_t reader = k + 1; reader < net.layers.size(); ++reader) is_read = is_read || reads(reader);
        for (std::size_t output = 0; !is_read && output < net.layers[k].pattern.rows(); ++output)
            for (std::vector<Edge>& path : paths_to(net, k, output)) all.push_back(std::move(path));
    }
    return all;
}

double squared_weight(const Topology& net, const Edge& edge) {
    const auto& [k, input, output] = edge;
    const auto row = net.layers[k].pattern.row(output);
    const auto at = std::ranges::find(row, static_cast<std::uint32_t>(input)) - row.begin();
    const double weight = net.layers[k].values[net.layers[k].pattern.row_begin(output) + static_cast<std::size_t>(at)];
    return weight * weight;
}

/// Most paths of which no two share an edge, by trying all choices.
std::size_t most_without_common_edge(const std::vector<std::vector<Edge>>& paths, std::size_t next,
                                     std::set<Edge>& used) {
    if (next == paths.size()) return 0;
    const std::size_t without = most_without_common_edge(paths, next + 1, used);
    if (std::ranges::any_of(paths[next], [&](const Edge& edge) { return used.contains(edge); })) return without;
    used.insert(paths[next].begin(), paths[next].end());
    const std::size_t with = 1 + most_without_common_edge(paths, next + 1, used);
    for (const Edge& edge : paths[next]) used.erase(edge);
    return std::max(without, with);
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
        for (const std::vector<Edge>& path : all_paths_of(net)) {
            ++count;
            used.insert(path.begin(), path.end());
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

TEST_CASE("layer graph: centrality, reach, kernel and flow of random graphs agree with listing all paths",
          "[topology][layer_graph]") {
    std::size_t flows = 0;
    for (std::uint32_t trial = 0; trial < 200; ++trial) {
        INFO(seed_text() << ", graph " << trial);
        Stream stream = test_stream(trial);
        Topology net = random_graph(stream);
        for (Layer& layer : net.layers) {
            for (const double value : random_values(layer.pattern.edges(), stream))
                layer.values.push_back(static_cast<float>(value));
        }
        const std::vector<std::vector<Edge>> paths = all_paths_of(net);
        const std::size_t layers = net.layers.size();
        std::vector<std::vector<double>> inputs(layers, std::vector<double>(3, 0.0));
        auto outputs = inputs;
        std::vector<double> kernel(layers, 0.0);
        for (const std::vector<Edge>& path : paths) {
            for (const auto& [k, input, output] : path) {
                inputs[k][input] += 1 / static_cast<double>(paths.size());
                outputs[k][output] += 1 / static_cast<double>(paths.size());
                double others = 1;
                for (const Edge& edge : path) {
                    if (edge != Edge{k, input, output}) others *= squared_weight(net, edge);
                }
                kernel[k] += others;
            }
        }
        const Swept<double> shares = path_centrality(net);
        const std::vector<ScaledNumber> trace = path_kernel_trace(net);
        const auto reached = receptive_inputs(net);
        for (std::size_t k = 0; k < layers; ++k) {
            CHECK(trace[k].to_double() == Approx(kernel[k]).margin(1e-12));
            for (std::size_t j = 0; j < 3; ++j) {
                if (!paths.empty()) CHECK(shares.inputs[k][j] == Approx(inputs[k][j]).margin(1e-12));
                if (!paths.empty()) CHECK(shares.outputs[k][j] == Approx(outputs[k][j]).margin(1e-12));
                std::set<std::size_t> from;
                for (const std::vector<Edge>& path : paths_to(net, k, j)) from.insert(std::get<1>(path.back()));
                CHECK(reached[k][j] == from.size());
            }
        }
        if (paths.size() > 12) continue;  // 2^12 choices
        ++flows;
        std::set<Edge> used;
        const EdgeFlow flow = max_flow(net);
        CHECK(flow.value == most_without_common_edge(paths, 0, used));
        CHECK(std::accumulate(flow.cut_edges.begin(), flow.cut_edges.end(), std::size_t{0}) == flow.value);
    }
    CHECK(flows > 20);
}

TEST_CASE("layer graph: a stream of which all writers pass one node is crossed once a channel",
          "[topology][layer_graph]") {
    // Stem and two blocks of one layer on one channel, read by a layer of two outputs: all paths meet in the stem.
    Topology net{"one channel", {}};
    const std::vector<Names> fed_by = {{""}, {"layer0"}, {"layer0", "layer1"}, {"layer0", "layer1", "layer2"}};
    for (const Names& names : fed_by) {
        const std::string name = "layer" + std::to_string(net.layers.size());
        net.layers.push_back(layer(name, Pattern::full(net.layers.size() == 3 ? 2 : 1, 1)));
        net.layers.back().fed_by = names;
    }
    CHECK(path_count(LayerGraph(net)).to_double() == 2 * (1 + 1 + 2));
    CHECK(vertex_disjoint_paths(net) == 1);
    CHECK(max_flow(net).value == 1);
}

TEST_CASE("layer graph: a narrower feeder is in the middle of the stream", "[topology][layer_graph]") {
    // Option A: two channels of the stem are channels 1 and 2 of four.
    Topology net{"option A",
                 {layer("stem", pattern({{1, 0}, {0, 1}})), layer("wide", pattern({{1, 0}, {0, 0}, {0, 0}, {0, 1}})),
                  layer("head", pattern({{1, 1, 0, 0}, {0, 0, 1, 0}}))}};
    net.layers[0].fed_by = Names{""};
    net.layers[1].fed_by = Names{"stem"};
    net.layers[2].fed_by = Names{"stem", "wide"};
    const LayerGraph graph(net);
    CHECK(graph.place(2, 0) == 1);
    CHECK(graph.place(2, 1) == 0);
    CHECK(path_count(graph).to_double() == 3);  // channel 0 through wide, 1 and 2 from the stem
    CHECK(receptive_inputs(net)[2] == std::vector<std::uint32_t>{1, 1});
    CHECK(max_flow(net).value == 2);
    const NeuronGraph neurons = neuron_graph(net);
    const auto of_head = neurons.of(8);
    CHECK(std::vector<std::uint32_t>(of_head.begin(), of_head.end()) == std::vector<std::uint32_t>{2, 4, 5});
}

TEST_CASE("layer graph: heads are all outputs", "[topology][layer_graph]") {
    Topology net{
        "heads",
        {layer("trunk", Pattern::full(3, 2)), layer("a", Pattern::full(2, 3)), layer("b", Pattern::full(4, 3))}};
    net.layers[0].fed_by = Names{""};
    net.layers[1].fed_by = net.layers[2].fed_by = Names{"trunk"};
    CHECK(path_count(LayerGraph(net)).to_double() == 2 * 3 * (2 + 4));
    CHECK(effective(net, {}).nodes == 2 + 3 + 3 + 2 + 4);
}

TEST_CASE("layer graph: stored groups and unequal inputs are refused by name", "[topology][layer_graph]") {
    Topology grouped{"grouped", {layer("conv", Pattern::full(4, 1))}};
    grouped.layers[0].shape = {4, 1, 1, 1};
    grouped.layers[0].groups = 4;
    CHECK_THROWS_WITH(LayerGraph(grouped), Contains("'conv'") && Contains("grouped"));
    Topology unequal{"unequal", {layer("a", Pattern::full(3, 2)), layer("b", Pattern::full(1, 4))}};
    for (Layer& one : unequal.layers) one.fed_by = Names{""};
    CHECK_THROWS_WITH(LayerGraph(unequal), Contains("'b'") && Contains("4 neurons") && Contains("as 2"));
}

}  // namespace espalier::topology
