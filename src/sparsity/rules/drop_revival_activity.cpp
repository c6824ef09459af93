#include <cmath>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/sparsity/rules/rules.hpp>

namespace espalier::sparsity {

DropRule drop_revival_activity() {
    DropRule rule;
    rule.name = "revival_activity";
    rule.help =
        "of dormant neurons, whose ReLU is positive for hardly any sample, the most negative incoming weights; then "
        "those nearest 0. A reconstruction";
    rule.source = "Li et al., ICLR 2024 (NeurRev)";
    rule.reads_activity = true;
    rule.ranks_in_classes = true;
    // Sizes are never below 0, so negative weights that score their own value go before all others.
    rule.score = [](const DropContext& context, std::span<float> scores) {
        const auto is_dormant = [&](std::size_t row) {
            return !context.activity.empty() && context.activity[row] < context.options.dormant_threshold;
        };
        for_row_runs(context.pattern.rows(), scores.size(), [&](std::size_t begin, std::size_t end) {
            for (std::size_t row = begin; row < end; ++row) {
                const bool dormant = is_dormant(row);
                for (std::size_t k = context.pattern.row_begin(row); k < context.pattern.row_begin(row + 1); ++k) {
                    const float value = context.values[k];
                    scores[k] = dormant && value < 0.0F ? value : std::abs(value);
                }
            }
        });
    };
    return rule;
}

}  // namespace espalier::sparsity
