#include <algorithm>

#include <espalier/topology/paths/neurons.hpp>
#include <espalier/topology/paths/reach.hpp>

namespace espalier::topology {
namespace {

using Marks = std::vector<char>;

/// Marks the nodes of layer k on its input side that have an edge to an output `counts` says yes to.
template <class Counts>
Marks with_edge_to(const LayerGraph& network, std::size_t k, const Counts& counts) {
    const Pattern& pattern = network.pattern(k);
    const bool are_channels = network.is_convolution(k);
    Marks marks(are_channels ? network.neurons_before(k) : pattern.cols(), 0);
    for (std::size_t output = 0; output < pattern.rows(); ++output) {
        if (!counts(output)) continue;
        for (const std::uint32_t input : pattern.row(output)) {
            marks[are_channels ? network.neuron(k, input) : input] = 1;
        }
    }
    return marks;
}

/// What is known of the neuron a node on the input side belongs to, for each node.
Marks of_nodes(const LayerGraph& network, std::size_t k, const Marks& of_neurons) {
    if (network.is_convolution(k)) return of_neurons;
    Marks marks(network.pattern(k).cols());
    for (std::uint32_t input = 0; input < marks.size(); ++input) marks[input] = of_neurons[network.neuron(k, input)];
    return marks;
}

Marks fed_outputs(const Pattern& pattern) {
    Marks fed(pattern.rows());
    for (std::size_t output = 0; output < fed.size(); ++output) fed[output] = pattern.row(output).empty() ? 0 : 1;
    return fed;
}

std::size_t zeros(const Marks& marks) {
    return static_cast<std::size_t>(std::ranges::count(marks, 0));
}

/// What is known of the nodes on the input side of a layer.
struct InputSide {
    Marks fed, feeding, reached, leading_on;
};

InputSide input_side(const LayerGraph& network, std::size_t k, const Reach& reach) {
    Marks fed(network.neurons_before(k), network.takes_input(k) ? 1 : 0);
    for (const std::size_t feeder : network.feeders(k)) {
        const Marks by_feeder = fed_outputs(network.pattern(feeder));
        char* const at = fed.data() + network.place(k, feeder);
        for (std::size_t j = 0; j < by_feeder.size(); ++j) at[j] = static_cast<char>(at[j] | by_feeder[j]);
    }
    const Marks& to_output = reach.to_output.outputs[k];
    return {of_nodes(network, k, fed), with_edge_to(network, k, [](std::size_t) { return true; }),
            of_nodes(network, k, reach.from_input.inputs[k]),
            with_edge_to(network, k, [&](std::size_t output) { return to_output[output] != 0; })};
}

void add_inputs(const InputSide& side, IdleTotals& totals) {
    for (std::size_t node = 0; node < side.fed.size(); ++node) {
        ++totals.neurons;
        totals.dead += side.fed[node] == 0 || side.feeding[node] == 0 ? 1 : 0;
        totals.unreachable += side.reached[node] == 0 ? 1 : 0;
        totals.leading_nowhere += side.leading_on[node] == 0 ? 1 : 0;
        totals.ineffective += side.reached[node] == 0 || side.leading_on[node] == 0 ? 1 : 0;
    }
}

/// Outputs of each layer from which an edge leads on; all of what feeds no layer, the network's outputs.
std::vector<Marks> leading_on(const LayerGraph& network) {
    std::vector<Marks> marks;
    std::vector<char> feeds(network.layers(), 0);
    for (std::size_t k = 0; k < network.layers(); ++k) {
        marks.emplace_back(network.pattern(k).rows(), 0);
        Marks read(network.neurons_before(k), 0);
        for (std::size_t output = 0; output < network.pattern(k).rows(); ++output) {
            for (const std::uint32_t input : network.pattern(k).row(output)) read[network.neuron(k, input)] = 1;
        }
        for (const std::size_t feeder : network.feeders(k)) {
            feeds[feeder] = 1;
            const char* const at = read.data() + network.place(k, feeder);
            for (std::size_t j = 0; j < marks[feeder].size(); ++j)
                marks[feeder][j] = static_cast<char>(marks[feeder][j] | at[j]);
        }
    }
    for (std::size_t k = 0; k < network.layers(); ++k) {
        if (feeds[k] == 0) std::ranges::fill(marks[k], 1);
    }
    return marks;
}

std::size_t dead_outputs(const Marks& fed, const Marks& leads_on) {
    std::size_t count = 0;
    for (std::size_t j = 0; j < fed.size(); ++j) count += fed[j] == 0 || leads_on[j] == 0 ? 1 : 0;
    return count;
}

MetricValue layer_value(const IdleNeurons& layer) {
    return MetricValue::Fields{{"dead_inputs", static_cast<double>(layer.dead_inputs)},
                               {"dead_outputs", static_cast<double>(layer.dead_outputs)},
                               {"unreachable_inputs", static_cast<double>(layer.unreachable_inputs)},
                               {"unreachable_outputs", static_cast<double>(layer.unreachable_outputs)},
                               {"leading_nowhere", static_cast<double>(layer.leading_nowhere)},
                               {"dead_channels", static_cast<double>(layer.dead_channels)}};
}

MetricValue network_value(const IdleTotals& totals) {
    return MetricValue::Fields{{"neurons", static_cast<double>(totals.neurons)},
                               {"dead", static_cast<double>(totals.dead)},
                               {"unreachable", static_cast<double>(totals.unreachable)},
                               {"leading_nowhere", static_cast<double>(totals.leading_nowhere)},
                               {"ineffective", static_cast<double>(totals.ineffective)},
                               {"dead_channels", static_cast<double>(totals.dead_channels)}};
}

}  // namespace

std::vector<IdleNeurons> idle_neurons(const Topology& topology) {
    const LayerGraph network(topology);
    const Reach reach = find_reach(network);
    const std::vector<Marks> leads_on = leading_on(network);
    std::vector<IdleNeurons> layers;
    for (std::size_t k = 0; k < network.layers(); ++k) {
        const InputSide side = input_side(network, k, reach);
        layers.push_back({.dead_inputs = zeros(side.feeding),
                          .dead_outputs = zeros(fed_outputs(network.pattern(k))),
                          .unreachable_inputs = zeros(side.reached),
                          .unreachable_outputs = zeros(reach.from_input.outputs[k]),
                          .leading_nowhere = zeros(side.leading_on),
                          .dead_channels = dead_outputs(fed_outputs(network.pattern(k)), leads_on[k]),
                          .inputs = side.fed.size(),
                          .outputs = network.pattern(k).rows()});
    }
    return layers;
}

IdleTotals idle_totals(const Topology& topology) {
    const LayerGraph network(topology);
    const Reach reach = find_reach(network);
    IdleTotals totals;
    if (network.layers() == 0) return totals;
    for (std::size_t k = 0; k < network.layers(); ++k) add_inputs(input_side(network, k, reach), totals);
    for (std::size_t k = 0; k < network.layers(); ++k) {
        if (!network.is_output(k)) continue;
        const std::size_t unreached = zeros(reach.from_input.outputs[k]);
        totals.neurons += network.pattern(k).rows();
        totals.dead += zeros(fed_outputs(network.pattern(k)));
        totals.unreachable += unreached;
        totals.ineffective += unreached;
    }
    const std::vector<Marks> leads_on = leading_on(network);
    for (std::size_t k = 0; k < network.layers(); ++k) {
        if (network.is_convolution(k))
            totals.dead_channels += dead_outputs(fed_outputs(network.pattern(k)), leads_on[k]);
    }
    return totals;
}

MetricResult neurons_metric(const Topology& topology, const Settings&) {
    MetricResult result{{}, network_value(idle_totals(topology))};
    for (const IdleNeurons& layer : idle_neurons(topology)) result.layers.push_back(layer_value(layer));
    return result;
}

}  // namespace espalier::topology
