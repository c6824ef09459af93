#include <algorithm>
#include <cmath>
#include <vector>

#include <espalier/base/random/random.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/graph/biadjacency.hpp>
#include <espalier/topology/spectral/expander_mixing.hpp>
#include <espalier/topology/spectral/leading_singular_values.hpp>

namespace espalier::topology {
namespace {

/// A set of a size from 1 to count - 1, every size and every set of it equally likely. A byte a neuron, 1 inside.
struct RandomSet {
    std::size_t size;
    std::vector<std::uint8_t> is_inside;

    RandomSet(std::size_t count, Stream& stream) : size(1 + stream.below(count - 1)), is_inside(count, 0) {
        std::size_t wanted = size;
        for (std::size_t k = 0; wanted > 0; ++k) {  // selection sampling: Knuth, TAOCP 2, 3.4.2, algorithm S
            if (stream.below(count - k) >= wanted) continue;
            is_inside[k] = 1;
            --wanted;
        }
    }
};

std::size_t edges_between(const Biadjacency& graph, const RandomSet& inputs, const RandomSet& outputs) {
    std::size_t count = 0;
    for (std::size_t output = 0; output < graph.outputs(); ++output) {
        if (outputs.is_inside[output] == 0) continue;
        for (const std::uint32_t input : graph.inputs_of(output)) count += inputs.is_inside[input];
    }
    return count;
}

/// Without sigma_2.
double discrepancy(const Biadjacency& graph, Stream stream) {
    const RandomSet inputs(graph.inputs(), stream);
    const RandomSet outputs(graph.outputs(), stream);
    const double input_share = static_cast<double>(inputs.size) / static_cast<double>(graph.inputs());
    const double output_share = static_cast<double>(outputs.size) / static_cast<double>(graph.outputs());
    const double expected = static_cast<double>(graph.edges()) * input_share * output_share;
    const double spread =
        static_cast<double>(inputs.size) * static_cast<double>(outputs.size) * (1 - input_share) * (1 - output_share);
    return std::abs(static_cast<double>(edges_between(graph, inputs, outputs)) - expected) / std::sqrt(spread);
}

}  // namespace

MetricValue expander_mixing_metric(const Layer& layer, const MixingOptions& options) {
    const Biadjacency graph(layer.pattern);
    if (graph.edges() == 0) return MetricValue::undefined("no edges");
    if (std::min(graph.inputs(), graph.outputs()) < 2) {
        return MetricValue::undefined("a side has one neuron with edges: no set can be drawn");
    }
    const double sigma_2 = leading_singular_values(graph, 2)[1];
    if (sigma_2 == 0) return 0.0;  // one block without gaps: every pair of sets has the edges expected
    std::vector<double> found(options.pairs);
    parallel_for(options.pairs, [&](std::size_t pair) {
        found[pair] = discrepancy(graph, Stream(options.seed, Purpose::graph_sampling, 0, pair));
    });
    return found.empty() ? 0.0 : std::ranges::max(found) / sigma_2;
}

}  // namespace espalier::topology
