#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/paths/max_flow.hpp>

#include "topology/all_paths.hpp"
#include "topology/measured.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

using EdgeName = std::pair<std::size_t, std::size_t>;  // layer, place

/// Most paths of which no two share any of the names that `names_of` gives them, by trying all choices.
template <class NamesOf>
std::size_t most_disjoint(const std::vector<Path>& paths, std::size_t next, std::set<EdgeName>& used,
                          const NamesOf& names_of) {
    if (next == paths.size()) return 0;
    std::size_t best = most_disjoint(paths, next + 1, used, names_of);
    const std::vector<EdgeName> names = names_of(paths[next]);
    if (std::ranges::any_of(names, [&](const EdgeName& name) { return used.contains(name); })) return best;
    used.insert(names.begin(), names.end());
    best = std::max(best, 1 + most_disjoint(paths, next + 1, used, names_of));
    for (const EdgeName& name : names) used.erase(name);
    return best;
}

std::size_t most_edge_disjoint(const std::vector<Path>& paths) {
    std::set<EdgeName> used;
    return most_disjoint(paths, 0, used, [](const Path& path) {
        std::vector<EdgeName> names;
        for (std::size_t k = 0; k < path.size(); ++k) names.emplace_back(k, path[k].edge);
        return names;
    });
}

std::size_t most_vertex_disjoint(const std::vector<Path>& paths) {
    std::set<EdgeName> used;
    return most_disjoint(paths, 0, used, [](const Path& path) {
        std::vector<EdgeName> names;
        for (std::size_t level = 0; level <= path.size(); ++level) names.emplace_back(level, neuron_at(path, level));
        return names;
    });
}

std::size_t sum(const std::vector<std::size_t>& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), std::size_t{0});
}

}  // namespace

TEST_CASE("max flow: as many disjoint paths as trying all finds", "[topology][max_flow]") {
    std::size_t tried = 0;
    for_tiny_networks(400, [&](const Topology& net) {
        const std::vector<Path> paths = all_paths(net);
        if (paths.size() > 14) return;  // 2^14 choices
        ++tried;
        const EdgeFlow flow = max_flow(net);
        CHECK(flow.value == most_edge_disjoint(paths));
        CHECK(sum(flow.cut_edges) == flow.value);
        CHECK(vertex_disjoint_paths(net) == most_vertex_disjoint(paths));
    });
    CHECK(tried > 150);
}

TEST_CASE("max flow: bounds", "[topology][max_flow]") {
    for_tiny_networks(300, [](const Topology& net) {
        const EdgeFlow flow = max_flow(net);
        const std::size_t disjoint = vertex_disjoint_paths(net);
        CHECK(disjoint <= flow.value);
        CHECK((flow.value == 0) == all_paths(net).empty());
        for (std::size_t k = 0; k < net.layers.size(); ++k) {
            CHECK(flow.value <= net.layers[k].pattern.edges());
            CHECK(disjoint <= level_width(net, k + 1));
        }
    });
}

TEST_CASE("max flow: a drawn bottleneck", "[topology][max_flow]") {
    //   four inputs all feed hidden a and b; only a feeds the three of the second layer; they feed both outputs
    const Topology net = network("neck", {Pattern::full(2, 4), pattern({{1, 0}, {1, 0}, {1, 0}}), Pattern::full(2, 3)});
    const EdgeFlow flow = max_flow(net);
    CHECK(flow.value == 3);
    CHECK(flow.cut_edges == std::vector<std::size_t>{0, 3, 0});
    CHECK(vertex_disjoint_paths(net) == 1);
    CHECK(bottleneck_layer(net) == 0U);  // one of its two outputs leads on
    const MetricValue value = measured("max_flow", net).network;
    CHECK(value.find("max_flow")->number() == 3);
    CHECK(value.find("vertex_disjoint_paths")->number() == 1);
    CHECK(value.find("cut_layer")->number() == 1);
    CHECK(value.find("bottleneck_layer")->number() == 0);
    CHECK(measured("max_flow", net).layers[1].find("min_cut_edges")->number() == 3);
}

TEST_CASE("max flow: dense layers", "[topology][max_flow]") {
    const EdgeFlow flow = max_flow(dense_network({4, 5, 3, 6}));
    CHECK(flow.value == 15);  // the least of 20, 15 and 18
    CHECK(flow.cut_edges == std::vector<std::size_t>{0, 15, 0});
    CHECK(vertex_disjoint_paths(dense_network({4, 5, 3, 6})) == 3);
    CHECK(bottleneck_layer(dense_network({4, 5, 3, 6})) == 0U);  // all outputs lead on: the first of equals
}

TEST_CASE("max flow: of two smallest cuts the one nearest to the input", "[topology][max_flow]") {
    CHECK(max_flow(dense_network({2, 3, 2})).cut_edges == std::vector<std::size_t>{6, 0});
}

TEST_CASE("max flow: nothing flows", "[topology][max_flow]") {
    CHECK(max_flow({"none", {}}).value == 0);
    CHECK(vertex_disjoint_paths({"none", {}}) == 0);
    CHECK_FALSE(bottleneck_layer({"none", {}}));
    CHECK(max_flow(network("no neurons", {Pattern()})).value == 0);
    const Topology net = network("collapsed", {Pattern::full(3, 4), Pattern::empty(2, 3)});
    const EdgeFlow flow = max_flow(net);
    CHECK((flow.value == 0 && sum(flow.cut_edges) == 0 && vertex_disjoint_paths(net) == 0));
    const MetricValue value = measured("max_flow", net).network;
    CHECK(value.find("cut_layer")->is_undefined());
    CHECK(value.find("bottleneck_layer")->reason() == "no path from input to output");
    CHECK_THROWS_AS(max_flow(network("torn", {Pattern::full(3, 4), Pattern::full(2, 5)})), FormatError);
}

}  // namespace espalier::topology
