#include <algorithm>

#include <espalier/sparsity/saliency/channel_graph.hpp>

namespace espalier::sparsity {
namespace {

ChannelNode channel_node(const nn::NetworkSpec& spec, std::size_t k) {
    const nn::NodeSpec& node = spec.nodes[k];
    ChannelNode made{.inputs = node.inputs, .readers = {}, .units = node.output().channels};
    const kernels::Image in = spec.input_of(k);
    if (node.weight) {
        made.kind = ChannelNode::Kind::weight;
        made.groups = node.window ? node.window->groups : 1;
        made.taps = node.window ? node.window->window.positions() : 1;
        made.inputs_a_group = node.weight->cols() / made.taps;
    } else if (node.inputs.size() > 1) {
        made.kind = ChannelNode::Kind::sum;
    } else if (node.kind == "flatten") {
        made.kind = ChannelNode::Kind::spread;
        made.pixels = in.pixels();
    } else if (node.kind == "subsample") {
        made.kind = ChannelNode::Kind::shift;
        made.before = (made.units - in.channels) / 2;
    }
    return made;
}

}  // namespace

ChannelGraph::ChannelGraph(const nn::NetworkSpec& spec)
    : inputs(spec.image.channels == 0 ? spec.inputs : spec.image.channels) {
    std::size_t layers = 0;
    for (std::size_t k = 0; k < spec.nodes.size(); ++k) {
        nodes.push_back(channel_node(spec, k));
        if (nodes[k].kind == ChannelNode::Kind::weight) nodes[k].layer = layers++;
        for (const std::size_t input : nodes[k].inputs)
            (input == nn::network_input ? readers : nodes[input].readers).push_back(k);
    }
}

nn::NetworkSpec spec_of(const SaliencyProblem& problem) {
    if (problem.spec != nullptr) return *problem.spec;
    nn::NetworkSpec chain;
    for (const ScoredLayer& layer : problem.layers) {
        const std::size_t outputs = layer.shape.front();
        const std::size_t inputs = positions(layer.shape) / outputs;
        if (chain.nodes.empty()) chain.inputs = inputs;
        chain.add(
            {.name = layer.name, .kind = "linear", .outputs = outputs, .weight = nn::WeightSpec{{outputs, inputs}}});
    }
    return chain;
}

}  // namespace espalier::sparsity
