#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/kernels/dense_product.hpp>
#include <espalier/tickets/activation_matching.hpp>
#include <espalier/topology/alignment/unit_assignment.hpp>
#include <espalier/topology/graph/chain.hpp>

namespace espalier::tickets {
namespace {

using Activations = kernels::Activations<float>;

/// Activations of hidden units, [units x samples] for each group.
std::vector<Activations> hidden_activations(const Evaluation& evaluation, const topology::StoredNetwork& stored,
                                            data::Range range) {
    nn::Network<float> network = evaluation.build(stored);
    const std::vector<std::size_t> weighted = network.weighted_layers();
    std::vector<Activations> all;
    for (std::size_t l = 1; l < weighted.size(); ++l)
        all.emplace_back(network.layer(weighted[l]).inputs(), range.size());
    nn::Workspace<float> workspace;
    workspace.keep_outputs = true;
    std::size_t done = 0;
    training::Evaluator evaluator(network);
    evaluator.visit(evaluation.dataset().train, range, evaluation.standardisation(),
                    [&](const training::Evaluator::Batch& batch) {
                        network.forward(workspace, batch.inputs, {});
                        for (std::size_t g = 0; g < all.size(); ++g) {
                            const auto seen = network.layer_input(workspace, weighted[g + 1]);
                            for (std::size_t u = 0; u < seen.features; ++u) {
                                std::copy_n(seen.row(u), seen.lanes, all[g].view().row(u) + done);
                            }
                        }
                        done += batch.inputs.lanes;
                    });
    return all;
}

/// About the mean, over the norm; what never changes becomes 0.
void standardise(float* values, std::size_t count) {
    double mean = 0;
    for (std::size_t k = 0; k < count; ++k) mean += values[k];
    mean /= static_cast<double>(count);
    double squares = 0;
    double size = 0;
    for (std::size_t k = 0; k < count; ++k) {
        size += static_cast<double>(values[k]) * values[k];
        squares += (values[k] - mean) * (values[k] - mean);
    }
    const bool varies = squares > 1e-12 * size;  // else what varies is rounding
    const double factor = varies ? 1.0 / std::sqrt(squares) : 0.0;
    for (std::size_t k = 0; k < count; ++k) values[k] = static_cast<float>((values[k] - mean) * factor);
}

void standardise(kernels::View<float> activations) {
    for_row_runs(activations.features, 4 * activations.features * activations.lanes,
                 [&](std::size_t begin, std::size_t end) {
                     for (std::size_t u = begin; u < end; ++u) standardise(activations.row(u), activations.lanes);
                 });
}

double squares(kernels::View<const float> activations) {
    double sum = 0;
    for (std::size_t u = 0; u < activations.features; ++u) {
        const float* row = activations.row(u);
        for (std::size_t k = 0; k < activations.lanes; ++k) sum += static_cast<double>(row[k]) * row[k];
    }
    return sum;
}

/// Minus the inner products of all pairs of units.
topology::CostMatrix costs_of(kernels::View<const float> first, kernels::View<const float> second) {
    constexpr std::size_t block = 256;  // rows at a time: the product is in float, the costs in double
    const std::size_t size = first.features;
    topology::CostMatrix costs(size, size);
    std::vector<float> products(std::min(block, size) * size);
    for (std::size_t row = 0; row < size; row += block) {
        const std::size_t count = std::min(block, size - row);
        kernels::dense_weight_gradient<float>(first, second, row, count, std::span(products).first(count * size));
        for (std::size_t i = 0; i < count; ++i) {
            const auto line = costs.row(row + i);
            for (std::size_t j = 0; j < size; ++j) line[j] = -static_cast<double>(products[i * size + j]);
        }
    }
    return costs;
}

/// Sums over groups, with units where they are and where they are put.
struct Sums {
    double before = 0;
    double after = 0;
    double bound = 0;
};

topology::Permutation match_group(kernels::View<const float> first, kernels::View<const float> second, Sums& sums) {
    topology::Permutation units = topology::identity_permutation(first.features);
    const topology::CostMatrix costs = costs_of(first, second);
    const topology::Assignment best = topology::assign_units(costs, {}, units);
    const double bound = std::sqrt(squares(first)) * std::sqrt(squares(second));
    double identity = 0;
    for (std::size_t u = 0; u < units.size(); ++u) identity -= costs(u, u);
    const bool is_better = -best.cost > identity + 1e-6 * bound;  // products in float round
    sums.before += identity;
    sums.after += is_better ? -best.cost : identity;
    sums.bound += bound;
    return is_better ? best.column : units;
}

}  // namespace

topology::Alignment match_activations(const Evaluation& evaluation, const topology::StoredNetwork& reference,
                                      const topology::StoredNetwork& moved, const ActivationOptions& options) {
    const auto& layers = reference.topology.layers;
    const bool has_images =
        std::ranges::any_of(layers, [](const topology::Layer& layer) { return topology::is_convolution(layer.shape); });
    if (has_images || !topology::is_unbranched(reference.topology)) {
        throw ConfigError(reference.topology.label +
                          ": activations align perceptrons, one layer behind the other; align by weights or masks");
    }
    const std::vector<topology::UnitGroup> groups = topology::unit_groups(reference);
    data::Range range = evaluation.range(Part::training);
    range.end = std::min(range.end, range.begin + options.samples);
    std::vector<Activations> ours = hidden_activations(evaluation, reference, range);
    std::vector<Activations> theirs = hidden_activations(evaluation, moved, range);
    topology::Alignment alignment;
    Sums sums;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (options.likeness == ActivationLikeness::correlation) {
            standardise(ours[g].view());
            standardise(theirs[g].view());
        }
        alignment.permutations.push_back(
            match_group(std::as_const(ours[g]).view(), std::as_const(theirs[g]).view(), sums));
        alignment.groups.push_back(
            {groups[g].name, groups[g].size, topology::moved_units(alignment.permutations.back()), true});
    }
    alignment.objective = sums.after;
    alignment.bound = sums.bound;
    alignment.history = {sums.before};
    if (sums.after > sums.before) alignment.history.push_back(sums.after);
    alignment.sweeps = 1;
    alignment.is_converged = true;
    return alignment;
}

}  // namespace espalier::tickets
