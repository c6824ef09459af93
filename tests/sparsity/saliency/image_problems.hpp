#pragma once

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/sparsity/saliency/channel_graph.hpp>
#include <espalier/sparsity/saliency/problem.hpp>

#include "support.hpp"

namespace espalier::testing {

/// A dense network of images with its problem, every layer at one density.
struct ImageProblem {
    nn::NetworkSpec spec;
    nn::Network<double> network;
    sparsity::SaliencyProblem problem;

    ImageProblem(nn::NetworkSpec of, double density, std::uint64_t seed)
        : spec(std::move(of)), network(nn::build<double>(spec, full(spec), building(seed))) {
        problem.network = &network;
        problem.spec = &spec;
        problem.seed = seed;
        const auto names = spec.weight_names();
        const auto shapes = spec.weight_shapes();
        for (std::size_t l = 0; l < names.size(); ++l) {
            const auto all = static_cast<double>(sparsity::positions(shapes[l]));
            problem.layers.push_back({names[l], shapes[l], static_cast<std::size_t>(std::floor(density * all + 0.5))});
        }
    }
    ImageProblem(const ImageProblem&) = delete;

    static std::vector<Pattern> full(const nn::NetworkSpec& spec) {
        std::vector<Pattern> masks;
        for (const std::size_t k : spec.weighted())
            masks.push_back(Pattern::full(spec.nodes[k].weight->rows(), spec.nodes[k].weight->cols()));
        return masks;
    }
    static nn::BuildOptions building(std::uint64_t seed) {
        nn::BuildOptions options;
        options.seed = seed;
        return options;
    }
};

/// Both kinds of shortcuts, a chain with a flattened image of several pixels, pre-activation, groups, and a residual
/// network of features.
inline std::vector<nn::NetworkSpec> networks_with_paths() {
    return {nn::network_spec("cifar_resnet_8_4", {}, {3, 8, 8}, 10),
            nn::network_spec("resnet8_A", {.width = 4}, {3, 8, 8}, 10),
            nn::network_spec("lenet5_caffe", {.width = 4}, {1, 28, 28}, 10),
            nn::network_spec("wrn-10-1", {.width = 4}, {3, 32, 32}, 10),
            nn::network_spec("mobilenet_v1_cifar", {.width = 2}, {3, 32, 32}, 10),
            nn::network_spec("residual_mlp", {.hidden = {12, 8, 6}}, {10}, 5)};
}

/// Weights that lie on a path of kept weights from input to output, counted by walking the graph of channels to and
/// fro from every single weight.
inline std::size_t on_paths(const nn::NetworkSpec& spec, const std::vector<Pattern>& masks) {
    const sparsity::ChannelGraph graph(spec);
    using Units = std::vector<std::vector<char>>;
    const std::size_t nodes = graph.nodes.size();
    Units reached(nodes), leads(nodes);
    for (std::size_t k = 0; k < nodes; ++k) {
        reached[k].assign(graph.nodes[k].units, 0);
        leads[k].assign(graph.nodes[k].units, k + 1 == nodes ? 1 : 0);
    }
    const auto each = [&](std::size_t k, const auto& visit) {  // visit(input node, its unit, unit of k)
        const sparsity::ChannelNode& node = graph.nodes[k];
        for (const std::size_t input : node.inputs) {
            const std::size_t units = input == nn::network_input ? graph.inputs : graph.nodes[input].units;
            if (node.kind == sparsity::ChannelNode::Kind::weight) {
                for (const std::uint64_t position : masks[node.layer].flat()) {
                    const std::size_t row = position / masks[node.layer].cols();
                    visit(input, node.input_unit(row, position % masks[node.layer].cols()), row);
                }
                continue;
            }
            for (std::size_t u = 0; u < units; ++u) {
                for (std::size_t p = 0; p < node.pixels; ++p) visit(input, u, u * node.pixels + p + node.before);
            }
        }
    };
    for (std::size_t k = 0; k < nodes; ++k) {
        each(k, [&](std::size_t input, std::size_t from, std::size_t to) {
            if (input == nn::network_input || reached[input][from] != 0) reached[k][to] = 1;
        });
    }
    for (std::size_t k = nodes; k-- > 0;) {
        each(k, [&](std::size_t input, std::size_t from, std::size_t to) {
            if (input != nn::network_input && leads[k][to] != 0) leads[input][from] = 1;
        });
    }
    std::size_t count = 0;
    for (std::size_t k = 0; k < nodes; ++k) {
        if (graph.nodes[k].kind != sparsity::ChannelNode::Kind::weight) continue;
        each(k, [&](std::size_t input, std::size_t from, std::size_t to) {
            count += (input == nn::network_input || reached[input][from] != 0) && leads[k][to] != 0 ? 1 : 0;
        });
    }
    return count;
}

}  // namespace espalier::testing
