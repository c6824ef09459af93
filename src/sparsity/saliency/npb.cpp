#include <algorithm>
#include <array>
#include <cstdio>

#include <espalier/sparsity/masks/largest_remainder.hpp>
#include <espalier/sparsity/saliency/channel_graph.hpp>
#include <espalier/sparsity/saliency/node_path_layer.hpp>
#include <espalier/sparsity/saliency/npb.hpp>
#include <espalier/sparsity/saliency/path_maps.hpp>

namespace espalier::sparsity {
namespace {

constexpr std::size_t most_kernels_at_once = 5120;

/// Outputs first to last of a layer.
Pattern stacked(const std::vector<Pattern>& parts, std::size_t inputs) {
    std::vector<std::uint64_t> flat;
    std::size_t rows = 0;
    for (const Pattern& part : parts) {
        for (const std::uint64_t position : part.flat()) flat.push_back(rows * inputs + position);
        rows += part.rows();
    }
    if (flat.size() == rows * inputs) return Pattern::full(rows, inputs);
    return Pattern::from_flat(rows, inputs, flat);
}

NodePathOptions options_of(const SaliencyProblem& problem, const ChannelNode& node) {
    const SaliencyOptions& o = problem.options;
    const bool is_single = node.taps == 1;
    return {o.alpha, is_single ? 0.0 : o.beta, node.taps, is_single || o.kernel == 0 ? node.taps : o.kernel};
}

/// Some outputs of a layer, in chunks where they have many kernels.
Pattern balanced_by_chunks(const SaliencyProblem& problem, const ChannelNode& node, std::span<const double> signal,
                           std::size_t outputs, std::size_t kept, Stream& stream) {
    const NodePathOptions options = options_of(problem, node);
    const std::size_t cols = signal.size() * node.taps;
    const std::size_t chunk = problem.options.chunk;
    if (chunk == 0 || outputs * signal.size() <= most_kernels_at_once) {
        return balanced_layer(signal, outputs, kept, options, stream);
    }
    std::vector<std::size_t> sizes;
    for (std::size_t at = 0; at < outputs; at += chunk) sizes.push_back(std::min(chunk, outputs - at) * cols);
    const double density = static_cast<double>(kept) / static_cast<double>(outputs * cols);
    const std::vector<std::size_t> counts = largest_remainder(std::vector<double>(sizes.size(), density), sizes);
    std::vector<Pattern> chunks;
    for (std::size_t c = 0; c < sizes.size(); ++c) {
        chunks.push_back(balanced_layer(signal, sizes[c] / cols, counts[c], options, stream));
    }
    return stacked(chunks, cols);
}

/// The groups of a convolution are layers of their own, of equal densities.
Pattern balanced_by_groups(const SaliencyProblem& problem, const ChannelNode& node, std::span<const double> signal,
                           std::size_t kept, Stream& stream) {
    if (node.groups == 1) return balanced_by_chunks(problem, node, signal, node.units, kept, stream);
    const std::size_t cols = node.inputs_a_group * node.taps;
    const std::size_t outputs = node.units / node.groups;
    const std::vector<std::size_t> sizes(node.groups, outputs * cols);
    const double density = static_cast<double>(kept) / static_cast<double>(node.units * cols);
    const std::vector<std::size_t> counts = largest_remainder(std::vector<double>(node.groups, density), sizes);
    std::vector<Pattern> groups;
    for (std::size_t g = 0; g < node.groups; ++g) {
        const auto of_group = signal.subspan(g * node.inputs_a_group, node.inputs_a_group);
        groups.push_back(balanced_by_chunks(problem, node, of_group, outputs, counts[g], stream));
    }
    return stacked(groups, cols);
}

/// Over the whole layer; the mean of its groups.
double layer_objective(const SaliencyProblem& problem, const ChannelNode& node, const Pattern& mask,
                       std::span<const double> signal) {
    const NodePathOptions options = options_of(problem, node);
    if (node.groups == 1) return node_path_objective(mask, signal, options);
    const std::size_t outputs = node.units / node.groups;
    double sum = 0.0;
    for (std::size_t g = 0; g < node.groups; ++g) {
        std::vector<std::uint64_t> flat;
        for (std::size_t row = 0; row < outputs; ++row) {
            for (const std::uint32_t col : mask.row(g * outputs + row)) flat.push_back(row * mask.cols() + col);
        }
        sum += node_path_objective(Pattern::from_flat(outputs, mask.cols(), flat),
                                   signal.subspan(g * node.inputs_a_group, node.inputs_a_group), options);
    }
    return sum / static_cast<double>(node.groups);
}

std::string objective_note(double objective, double alpha) {
    std::array<char, 96> text{};
    std::snprintf(text.data(), text.size(), "node-path objective %.6f (alpha %g)", objective, alpha);
    return text.data();
}

}  // namespace

SaliencyMasks npb(const SaliencyProblem& problem) {
    const nn::NetworkSpec spec = spec_of(problem);
    const ChannelGraph graph(spec);
    SaliencyMasks found;
    const std::vector<std::size_t> weighted = spec.weighted();
    PathMaps paths(spec);
    for (std::size_t l = 0; l < problem.layers.size(); ++l) {
        const ScoredLayer& layer = problem.layers[l];
        const ChannelNode& node = graph.nodes[weighted[l]];
        Stream stream(problem.seed, Purpose::mask_init, static_cast<std::uint32_t>(l));
        found.masks.push_back(layer.left_out
                                  ? Pattern::full(node.units, node.inputs_a_group * node.taps)
                                  : balanced_by_groups(problem, node, paths.arriving(weighted[l]), layer.kept, stream));
        paths.pass(weighted[l], found.masks.back());
    }
    if (problem.options.refill) found.masks = with_all_on_paths(problem, std::move(found.masks));
    PathMaps refilled(spec);
    for (std::size_t l = 0; l < problem.layers.size(); ++l) {
        const ChannelNode& node = graph.nodes[weighted[l]];
        const std::vector<double> signal = refilled.arriving(weighted[l]);
        refilled.pass(weighted[l], found.masks[l]);
        found.notes.push_back(
            problem.layers[l].left_out
                ? ""
                : objective_note(layer_objective(problem, node, found.masks[l], signal), problem.options.alpha));
    }
    return found;
}

}  // namespace espalier::sparsity
