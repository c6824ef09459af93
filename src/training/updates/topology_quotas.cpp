#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/base/threads/threads.hpp>
#include <espalier/sparsity/masks/largest_remainder.hpp>
#include <espalier/sparsity/rules/adapted_threshold.hpp>
#include <espalier/training/updates/topology_updater.hpp>

/// How many weights an update drops and grows in every layer; topology_updater.cpp does it.
namespace espalier::training {
namespace {

/// A mean absolute value; the sum has one owner and a fixed order.
template <class Value>
double mean_absolute(std::size_t count, const Value& value) {
    double sum = 0.0;
    for (std::size_t k = 0; k < count; ++k) sum += std::abs(static_cast<double>(value(k)));
    return count == 0 ? 0.0 : sum / static_cast<double>(count);
}

double mean_at_kept(const Pattern& pattern, std::span<const float> dense) {
    double sum = 0.0;
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        for (const std::uint32_t col : pattern.row(row)) {
            sum += std::abs(static_cast<double>(dense[row * pattern.cols() + col]));
        }
    }
    return pattern.edges() == 0 ? 0.0 : sum / static_cast<double>(pattern.edges());
}

/// Whole units nearest below a number of weights.
std::size_t whole(std::size_t weights, std::size_t unit) {
    return weights / unit * unit;
}

}  // namespace

std::vector<std::size_t> TopologyUpdater::prune_counts_by_layer(double density) {
    std::vector<std::size_t> sizes;
    for (std::size_t number = 0; number < layers(); ++number) {
        sizes.push_back(may_change(number) ? weight(number).pattern().positions() : 0);
    }
    const std::vector<std::size_t> wanted =
        sparsity::largest_remainder(sparsity::densities_by_layer(sizes, density, plan_.last_layer), sizes);
    std::vector<std::size_t> counts;
    for (std::size_t number = 0; number < layers(); ++number) {
        const std::size_t has = weight(number).pattern().edges();
        const std::size_t least = std::min(plan_.min_per_layer, has);
        const std::size_t stays = std::max(wanted[number], least);
        counts.push_back(may_change(number) && has > stays ? whole(has - stays, unit(number)) : 0);
    }
    return counts;
}

std::vector<std::size_t> TopologyUpdater::prune_counts(std::int64_t step) {
    const double density = plan_.density.density(step);
    if (!plan_.prune_globally) return prune_counts_by_layer(density);
    std::vector<std::vector<float>> scores(layers());
    double positions = 0.0;
    std::size_t has = 0;
    for (std::size_t number = 0; number < layers(); ++number) {
        if (!may_change(number)) continue;
        const sparsity::DropContext context = drop_context(number, step, 0.0);
        scores[number] = sparsity::drop_scores(*plan_.drop, context);
        if (form_.is_in_blocks()) {
            scores[number] = sparsity::block_means(sparsity::blocks_of(context.pattern, form(number).block),
                                                   form(number).block, scores[number]);
        }
        positions += static_cast<double>(context.pattern.positions());
        has += context.pattern.edges();
    }
    const auto wanted = static_cast<std::size_t>(std::floor(density * positions + 0.5));
    const std::size_t unit = common_unit();
    const std::size_t total = has > wanted ? (has - wanted) / unit : 0;
    std::vector<std::size_t> counts =
        sparsity::global_drop_counts(scores, total, (plan_.min_per_layer + unit - 1) / unit);
    for (std::size_t& count : counts) count *= unit;
    return counts;
}

TopologyUpdater::Quota TopologyUpdater::own_quota(std::size_t number, std::int64_t step, double fraction) {
    const nn::MaskedWeight<float>& layer = weight(number);
    const bool moves = plan_.redistribution != nullptr || plan_.budget != sparsity::Budget::exchange;
    if (!may_change(number) || (layer.pattern().is_full() && !moves)) return {};
    const std::size_t has = layer.kept();
    const std::size_t base = baseline_[number];
    Quota quota;
    if (plan_.budget == sparsity::Budget::soft) {
        quota.dropped = has > base ? has - base : 0;
        quota.grown =
            sparsity::rounded_share(fraction, base / unit(number), plan_.drop_options.rounding) * unit(number);
    } else if (form_.is_in_blocks()) {
        quota.dropped =
            sparsity::rounded_share(fraction, has / unit(number), plan_.drop_options.rounding) * unit(number);
    } else if (is_dealt(number)) {
        quota.dropped = sparsity::rounded_share(fraction, has, plan_.drop_options.rounding);
    } else {
        quota.dropped = sparsity::drop_count(*plan_.drop, drop_context(number, step, fraction));
    }
    quota.dropped = std::min(quota.dropped, has - std::min(has, plan_.min_per_layer));
    const std::size_t stays = has - quota.dropped;
    if (plan_.budget == sparsity::Budget::exchange) quota.grown = quota.dropped;
    if (plan_.budget == sparsity::Budget::baseline) quota.grown = base > stays ? base - stays : 0;
    quota.grown = std::min(quota.grown, layer.positions() - stays);
    return quota;
}

sparsity::LayerBudget TopologyUpdater::layer_budget(std::size_t number) {
    nn::MaskedWeight<float>& layer = weight(number);
    sparsity::LayerBudget budget;
    budget.shape = allotments_[number].shape;
    budget.kept = layer.pattern().edges();
    if (!may_change(number)) return budget;
    const auto values = std::span<const float>(layer.parameter().values);
    const auto gradient = std::span<const float>(layer.parameter().gradient);
    budget.mean_magnitude = mean_absolute(values.size(), [&](std::size_t k) { return values[k]; });
    budget.mean_gradient = mean_absolute(gradient.size(), [&](std::size_t k) { return gradient[k]; });
    if (momentum_ != nullptr) budget.mean_momentum = mean_at_kept(layer.pattern(), (*momentum_)[number]);
    return budget;
}

void TopologyUpdater::redistribute(std::vector<Quota>& quotas, std::int64_t step, double fraction) {
    std::vector<std::size_t> open;  // layers that may change
    for (std::size_t number = 0; number < layers(); ++number) {
        if (may_change(number)) open.push_back(number);
    }
    std::vector<sparsity::LayerBudget> budgets(open.size());
    parallel_for(open.size(), [&](std::size_t l) { budgets[l] = layer_budget(open[l]); });
    const sparsity::Redistribution& rule = *plan_.redistribution;
    const std::size_t unit = common_unit();
    if (rule.spares_dense_layers) {
        const std::vector<double> shares = sparsity::normalised(rule.shares(budgets, 0));
        for (std::size_t l = 0; l < open.size(); ++l) {
            const double sparsity = 1.0 - weight(open[l]).pattern().density();
            const bool wins = shares[l] > 1.0 / static_cast<double>(open.size());
            if (sparsity < 0.2 && wins) quotas[open[l]] = own_quota(open[l], step, std::min(fraction, sparsity));
        }
    }
    std::size_t total = 0;
    std::vector<std::size_t> capacities;
    for (std::size_t l = 0; l < open.size(); ++l) {
        budgets[l].dropped = quotas[open[l]].dropped;
        budgets[l].capacity = sparsity::positions(budgets[l].shape) - budgets[l].survivors();
        capacities.push_back(budgets[l].capacity / unit);
        total += budgets[l].dropped / unit;
    }
    const std::vector<std::size_t> grown =
        sparsity::deal(total, rule.shares(budgets, total * unit), capacities, rule.proportional_excess);
    for (std::size_t l = 0; l < open.size(); ++l) quotas[open[l]].grown = grown[l] * unit;
}

std::vector<TopologyUpdater::Quota> TopologyUpdater::quotas(std::int64_t step) {
    const double fraction = plan_.fraction(step);
    std::vector<Quota> quotas;
    for (std::size_t number = 0; number < layers(); ++number) quotas.push_back(own_quota(number, step, fraction));
    if (plan_.redistribution != nullptr) redistribute(quotas, step, fraction);
    if (plan_.drop->has_threshold) {
        const std::size_t dropped = std::accumulate(quotas.begin(), quotas.end(), std::size_t{0},
                                                    [](std::size_t sum, const Quota& q) { return sum + q.dropped; });
        adapt_threshold(dropped, fraction);
    }
    return quotas;
}

void TopologyUpdater::adapt_threshold(std::size_t dropped, double fraction) {
    double wanted = static_cast<double>(plan_.threshold_target);
    if (plan_.threshold_target == 0) {
        for (std::size_t number = 0; number < layers(); ++number) {
            if (may_change(number)) wanted += fraction * static_cast<double>(weight(number).pattern().edges());
        }
    }
    threshold_ =
        sparsity::adapted_threshold(threshold_, static_cast<double>(dropped), wanted, plan_.threshold_tolerance);
}

}  // namespace espalier::training
