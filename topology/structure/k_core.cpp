#include <boost/graph/core_numbers.hpp>

#include <espalier/topology/graph/bipartite_graph.hpp>
#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/structure/k_core.hpp>

namespace espalier::topology {

std::vector<std::uint32_t> core_numbers(const Pattern& pattern) {
    BipartiteGraph graph(pattern);  // the library's core_numbers takes no graph that is const
    std::vector<std::uint32_t> cores(graph.vertices());
    if (cores.empty()) return cores;
    boost::core_numbers(graph, boost::make_iterator_property_map(cores.data(), boost::identity_property_map()));
    return cores;
}

MetricValue k_core_metric(const Layer& layer) {
    const std::vector<std::uint32_t> cores = core_numbers(layer.pattern);
    if (cores.empty()) return MetricValue::undefined("no neurons");
    const std::vector<std::uint64_t> histogram = degree_histogram(cores);
    double sum = 0;
    for (const std::uint32_t core : cores) sum += core;
    return MetricValue::Fields{{"max", static_cast<double>(histogram.size() - 1)},
                               {"mean", sum / static_cast<double>(cores.size())},
                               {"histogram", MetricValue::Numbers(histogram.begin(), histogram.end())}};
}

}  // namespace espalier::topology
