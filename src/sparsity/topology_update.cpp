#include <algorithm>
#include <cmath>

#include <espalier/base/error.hpp>
#include <espalier/sparsity/best_k.hpp>
#include <espalier/sparsity/topology_update.hpp>

namespace espalier::sparsity {
namespace {

/// Flat positions that stay when the lowest `dropped` scores go.
std::vector<std::uint64_t> survivors(const DropRule& rule, const DropContext& context, std::size_t dropped) {
    std::vector<float> scores(context.pattern.edges());
    rule.score(context, scores);
    const std::vector<std::uint64_t> positions = context.pattern.flat();
    std::vector<Candidate> candidates(scores.size());
    for (std::size_t k = 0; k < scores.size(); ++k) {
        if (std::isnan(scores[k])) throw NumericError("drop rule " + rule.name + ": a score is not a number");
        candidates[k] = {scores[k], positions[k]};
    }
    return best_positions(std::move(candidates), scores.size() - dropped);
}

}  // namespace

bool UpdatePlan::is_due(std::int64_t step) const {
    return drop != nullptr && every > 0 && step > 0 && step % every == 0 && step <= last_update && step < total_steps;
}

double UpdatePlan::fraction(std::int64_t step) const {
    return schedule->fraction(drop_fraction,
                              static_cast<double>(step) / static_cast<double>(std::max<std::int64_t>(1, last_update)));
}

PatternUpdate update_topology(const UpdatePlan& plan, double fraction, const DropContext& drop,
                              const GradientRows& gradient, const Stream& growth) {
    const std::size_t rows = drop.pattern.rows();
    const std::size_t cols = drop.pattern.cols();
    const auto count = static_cast<std::size_t>(fraction * static_cast<double>(drop.pattern.edges()));
    const std::vector<std::uint64_t> stay = survivors(*plan.drop, drop, count);
    const Pattern kept = Pattern::from_flat(rows, cols, stay);
    const std::vector<std::uint64_t> grown = plan.grow->choose({kept, gradient, growth}, count);
    std::vector<std::uint64_t> all(stay.size() + grown.size());
    std::ranges::merge(stay, grown, all.begin());
    return PatternUpdate::between(drop.pattern, Pattern::from_flat(rows, cols, all));
}

}  // namespace espalier::sparsity
