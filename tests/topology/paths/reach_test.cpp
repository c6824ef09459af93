#include <espalier/topology/graph/layer_graph.hpp>
#include <espalier/topology/paths/reach.hpp>

#include "topology/all_paths.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// The network's first or last layers alone.
Topology part(const Topology& net, std::size_t begin, std::size_t end) {
    Topology cut{"part", {}};
    for (std::size_t k = begin; k < end; ++k) cut.layers.push_back(net.layers[k]);
    if (begin > 0 && begin < end && cut.layers[0].shape.size() != 4) {  // keep what one neuron is
        cut.layers[0].shape = {cut.layers[0].pattern.rows(), level_width(net, begin), block_of(net, begin), 1};
    }
    return cut;
}

std::vector<char> ends_of_paths(const Topology& before, std::size_t width) {
    std::vector<char> reached(width, before.layers.empty() ? 1 : 0);
    if (before.layers.empty()) return reached;
    for (const Path& path : all_paths(before)) reached[path.back().to] = 1;
    return reached;
}

std::vector<char> starts_of_paths(const Topology& after, std::size_t width) {
    std::vector<char> reaching(width, after.layers.empty() ? 1 : 0);
    if (after.layers.empty()) return reaching;
    for (const Path& path : all_paths(after)) reaching[path.front().from] = 1;
    return reaching;
}

}  // namespace

TEST_CASE("reach: agrees with listing all paths", "[topology][reach]") {
    for_tiny_networks(300, [](const Topology& net) {
        const Reach reach = find_reach(LayerGraph(net));
        const std::size_t layers = net.layers.size();
        for (std::size_t level = 0; level <= layers; ++level) {
            INFO("level " << level);
            const std::size_t width = level_width(net, level);
            const std::vector<char> reached = ends_of_paths(part(net, 0, level), width);
            const std::vector<char> leading = starts_of_paths(part(net, level, layers), width);
            if (level < layers) {
                CHECK(reach.from_input.inputs[level] == reached);
                CHECK(reach.to_output.inputs[level] == leading);
            }
            if (level > 0) {
                CHECK(reach.from_input.outputs[level - 1] == reached);
                CHECK(reach.to_output.outputs[level - 1] == leading);
            }
        }
    });
}

TEST_CASE("reach: with biases every neuron is reached", "[topology][reach]") {
    const Topology net = network("collapsed", {Pattern::empty(3, 4), pattern({{1, 0, 1}})});
    const Reach reach = find_reach(LayerGraph(net), true);
    CHECK(reach.from_input.outputs[0] == std::vector<char>{1, 1, 1});
    CHECK(reach.to_output.outputs[0] == std::vector<char>{1, 0, 1});
    CHECK(reach.to_output.inputs[0] == std::vector<char>{0, 0, 0, 0});
}

}  // namespace espalier::topology
