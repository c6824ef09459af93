#include <algorithm>
#include <vector>

#include <espalier/sparsity/lowest_scores.hpp>
#include <espalier/sparsity/topology_update.hpp>

namespace espalier::sparsity {
namespace {

/// What stays when the lowest `dropped` scores go.
Pattern survivors(const DropRule& rule, const DropContext& context, std::size_t dropped) {
    const Pattern& pattern = context.pattern;
    std::vector<float> scores(pattern.edges());
    rule.score(context, scores);
    const LowestScores goes(scores, dropped, "drop rule " + rule.name);
    const auto count = [&](std::size_t row) {
        std::size_t stay = 0;
        for (std::size_t k = pattern.row_begin(row); k < pattern.row_begin(row + 1); ++k)
            stay += goes.contains(k) ? 0 : 1;
        return stay;
    };
    const auto fill = [&](std::size_t row, std::span<std::uint32_t> to) {
        const auto cols = pattern.row(row);
        const std::size_t begin = pattern.row_begin(row);
        // Without branches, which nobody could foresee: every column is written, and stands where it stays.
        std::size_t n = 0;
        for (std::size_t k = 0; n < to.size(); ++k) {
            to[n] = cols[k];
            n += goes.contains(begin + k) ? 0 : 1;
        }
    };
    return Pattern::by_rows(pattern.rows(), pattern.cols(), 2 * pattern.edges(), count, fill);
}

/// The pattern after dropping and growing `count` weights. Its parts are gone before the remap needs memory.
Pattern changed(const UpdatePlan& plan, std::size_t count, const DropContext& drop, const GradientRows& gradient,
                const Stream& growth) {
    const Pattern kept = survivors(*plan.drop, drop, count);
    return disjoint_union(kept, plan.grow->choose({kept, gradient, growth}, count));
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
    const auto count = static_cast<std::size_t>(fraction * static_cast<double>(drop.pattern.edges()));
    return PatternUpdate::between(drop.pattern, changed(plan, count, drop, gradient, growth));
}

}  // namespace espalier::sparsity
