#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/paths/effective.hpp>
#include <espalier/topology/paths/effective_maps.hpp>
#include <espalier/topology/paths/reach.hpp>

namespace espalier::topology {
namespace {

constexpr double largest_exact = 0x1p53;

/// Inputs with an effective weight, as the layer's kind counts them.
std::size_t count_marked(const LayerGraph& network, std::size_t k, const std::vector<char>& marked_inputs) {
    if (!network.is_convolution(k)) return static_cast<std::size_t>(std::ranges::count(marked_inputs, 1));
    std::vector<char> channels(network.neurons_before(k), 0);
    for (std::uint32_t input = 0; input < marked_inputs.size(); ++input) {
        if (marked_inputs[input] != 0) channels[network.neuron(k, input)] = 1;
    }
    return static_cast<std::size_t>(std::ranges::count(channels, 1));
}

/// @param is_effective  is_effective(output, input, edge): whether the weight is on a path
template <class IsEffective>
EffectiveLayer effective_layer(const LayerGraph& network, std::size_t k, const IsEffective& is_effective) {
    const Pattern& pattern = network.pattern(k);
    EffectiveLayer found;
    std::vector<char> inputs(pattern.cols(), 0);
    for (std::size_t output = 0; output < pattern.rows(); ++output) {
        std::size_t parameters = 0;
        std::size_t edge = pattern.row_begin(output);
        for (const std::uint32_t input : pattern.row(output)) {
            if (!is_effective(output, input, edge++)) continue;
            inputs[input] = 1;
            ++parameters;
        }
        found.parameters += parameters;
        if (parameters != 0) ++found.outputs;
    }
    found.inputs = count_marked(network, k, inputs);
    return found;
}

std::size_t nodes_once(const LayerGraph& network, const std::vector<EffectiveLayer>& layers, bool biases) {
    std::size_t nodes = 0;
    for (std::size_t k = 0; k < layers.size(); ++k) {
        nodes += layers[k].inputs;
        // An output with nothing but its bias is active all the same.
        if (network.is_output(k)) nodes += biases ? network.pattern(k).rows() : layers[k].outputs;
    }
    return nodes;
}

std::size_t nodes_of_program(const LayerGraph& network, const std::vector<EffectiveLayer>& layers, bool own_masks) {
    std::size_t nodes = 0;
    const EffectiveLayer* classifier = nullptr;
    for (std::size_t k = 0; k < layers.size(); ++k) {
        if (network.is_convolution(k)) {
            const bool is_shortcut = network.layer(k).name.find("shortcut") != std::string::npos;
            nodes += is_shortcut ? 0 : layers[k].inputs;
            continue;
        }
        if (classifier == nullptr || own_masks) classifier = &layers[k];
        nodes += classifier->inputs + classifier->outputs;
    }
    return nodes;
}

std::size_t count_nodes(const LayerGraph& network, const std::vector<EffectiveLayer>& layers,
                        const EffectiveOptions& options) {
    if (layers.empty()) return 0;
    if (options.nodes == NodeCount::once) return nodes_once(network, layers, options.biases);
    return nodes_of_program(network, layers, options.nodes == NodeCount::program_own);
}

/// As a number: what whole-number arithmetic gives, where sums of doubles would round.
MetricValue path_number(const Topology& topology, const EffectiveOptions& options, const ScaledNumber& paths) {
    const double number = paths.to_double();
    if (number <= largest_exact) return number;
    if (std::isinf(number)) return MetricValue::undefined("more paths than a double holds: see log10_paths");
    if (options.through_maps) return number;
    return exact_path_count(LayerGraph(topology), options.biases).convert_to<double>();
}

MetricValue network_value(const Topology& topology, const EffectiveOptions& options, const Effective& found) {
    const MetricValue log10 = found.paths.is_zero() ? MetricValue::undefined("no path from input to output")
                                                    : MetricValue(found.paths.log10());
    return MetricValue::Fields{{"paths", path_number(topology, options, found.paths)},
                               {"log10_paths", log10},
                               {"nodes", static_cast<double>(found.nodes)},
                               {"parameters", static_cast<double>(found.parameters)}};
}

NodeCount node_count(const std::string& npb_count) {
    if (npb_count == "true") return NodeCount::program;
    return npb_count == "own_masks" ? NodeCount::program_own : NodeCount::once;
}

}  // namespace

Effective effective(const Topology& topology, const EffectiveOptions& options) {
    const LayerGraph network(topology);
    Effective found;
    if (options.through_maps) {
        if (options.biases)
            throw ConfigError("effective: biases = 1 counts on the graph of channels; not with mapping = spatial");
        const MapPaths maps = paths_through_maps(topology);
        for (std::size_t k = 0; k < network.layers(); ++k) {
            found.layers.push_back(effective_layer(
                network, k, [&](std::size_t, std::uint32_t, std::size_t edge) { return maps.edges[k][edge] != 0; }));
        }
        found.paths = maps.paths;
    } else {
        const Reach reach = find_reach(network, options.biases);
        for (std::size_t k = 0; k < network.layers(); ++k) {
            const auto& before = reach.from_input.inputs[k];
            const auto& after = reach.to_output.outputs[k];
            found.layers.push_back(
                effective_layer(network, k, [&](std::size_t output, std::uint32_t input, std::size_t) {
                    return after[output] != 0 && before[network.neuron(k, input)] != 0;
                }));
        }
        found.paths = path_count(network, options.biases);
    }
    for (const EffectiveLayer& layer : found.layers) found.parameters += layer.parameters;
    found.nodes = count_nodes(network, found.layers, options);
    return found;
}

MetricResult effective_metric(const Topology& topology, const Settings& settings) {
    const EffectiveOptions options{.biases = settings.text("biases") == "1",
                                   .nodes = node_count(settings.text("npb_count")),
                                   .through_maps = settings.text("mapping") == "spatial"};
    const Effective found = effective(topology, options);
    MetricResult result{{}, network_value(topology, options, found)};
    for (const EffectiveLayer& layer : found.layers) {
        result.layers.emplace_back(MetricValue::Fields{{"parameters", static_cast<double>(layer.parameters)},
                                                       {"inputs", static_cast<double>(layer.inputs)},
                                                       {"outputs", static_cast<double>(layer.outputs)}});
    }
    return result;
}

}  // namespace espalier::topology
