#include <algorithm>
#include <array>
#include <cstdio>

#include <espalier/sparsity/masks/largest_remainder.hpp>
#include <espalier/sparsity/saliency/node_path_layer.hpp>
#include <espalier/sparsity/saliency/npb.hpp>

namespace espalier::sparsity {
namespace {

constexpr std::size_t most_positions_at_once = 5120;

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

Pattern balanced_by_chunks(const SaliencyProblem& problem, const ScoredLayer& layer, std::span<const double> signal,
                           Stream& stream) {
    const std::size_t outputs = layer.shape[0];
    const std::size_t all = positions(layer.shape);
    const SaliencyOptions& options = problem.options;
    if (options.chunk == 0 || all <= most_positions_at_once) {
        return balanced_layer(signal, outputs, layer.kept, options.alpha, stream);
    }
    std::vector<std::size_t> sizes;
    for (std::size_t at = 0; at < outputs; at += options.chunk) {
        sizes.push_back(std::min(options.chunk, outputs - at) * signal.size());
    }
    const double density = static_cast<double>(layer.kept) / static_cast<double>(all);
    const std::vector<std::size_t> counts = largest_remainder(std::vector<double>(sizes.size(), density), sizes);
    std::vector<Pattern> chunks;
    for (std::size_t c = 0; c < sizes.size(); ++c) {
        chunks.push_back(balanced_layer(signal, sizes[c] / signal.size(), counts[c], options.alpha, stream));
    }
    return stacked(chunks, signal.size());
}

/// What arrives behind a layer, the largest being 1: only proportions count, and numbers of paths overflow.
std::vector<double> passed_on(const Pattern& mask, const std::vector<double>& signal) {
    std::vector<double> behind(mask.rows(), 0.0);
    for (std::size_t row = 0; row < mask.rows(); ++row) {
        for (const std::uint32_t col : mask.row(row)) behind[row] += signal[col];
    }
    const double largest = *std::ranges::max_element(behind);
    if (largest > 0.0) {
        for (double& value : behind) value /= largest;
    }
    return behind;
}

std::string objective_note(double objective, double alpha) {
    std::array<char, 96> text{};
    std::snprintf(text.data(), text.size(), "node-path objective %.6f (alpha %g)", objective, alpha);
    return text.data();
}

}  // namespace

SaliencyMasks npb(const SaliencyProblem& problem) {
    SaliencyMasks found;
    std::vector<std::vector<double>> signals;
    std::vector<double> signal(positions(problem.layers.front().shape) / problem.layers.front().shape[0], 1.0);
    for (std::size_t l = 0; l < problem.layers.size(); ++l) {
        const ScoredLayer& layer = problem.layers[l];
        Stream stream(problem.seed, Purpose::mask_init, static_cast<std::uint32_t>(l));
        found.masks.push_back(layer.left_out ? Pattern::full(layer.shape[0], signal.size())
                                             : balanced_by_chunks(problem, layer, signal, stream));
        signals.push_back(signal);
        signal = passed_on(found.masks.back(), signal);
    }
    if (problem.options.refill) found.masks = with_all_on_paths(problem, std::move(found.masks));
    for (std::size_t l = 0; l < problem.layers.size(); ++l) {
        if (l > 0) signals[l] = passed_on(found.masks[l - 1], signals[l - 1]);
        const double alpha = problem.options.alpha;
        found.notes.push_back(problem.layers[l].left_out
                                  ? ""
                                  : objective_note(node_path_objective(found.masks[l], signals[l], alpha), alpha));
    }
    return found;
}

}  // namespace espalier::sparsity
