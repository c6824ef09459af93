#include <cmath>

#include <espalier/sparsity/rules/score_each.hpp>

namespace espalier::sparsity {
namespace {

float change(const DropContext& context, std::size_t k) {
    return std::abs(context.values[k]) - std::abs(context.tracked[k]);
}

/// Only weights that shrank are candidates, so fewer than the fraction may go.
std::size_t count_of_shrinking(const DropContext& context) {
    std::size_t shrinking = 0;
    for (std::size_t k = 0; k < context.values.size(); ++k) shrinking += change(context, k) < 0.0F ? 1 : 0;
    return std::min(shrinking, rounded_share(context.fraction, context.values.size(), context.options.rounding));
}

}  // namespace

DropRule drop_magnitude_change() {
    return {{"magnitude_change", "those whose absolute value shrank most since the last update; growing ones never go",
             "Liu et al., ICML 2021 (Selfish-RNN's program)"},
            [](const DropContext& context, std::span<float> scores) {
                score_each(scores, [&](std::size_t k) { return change(context, k); });
            },
            count_of_shrinking,
            Tracking::previous};
}

}  // namespace espalier::sparsity
