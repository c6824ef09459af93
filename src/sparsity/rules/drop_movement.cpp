#include <espalier/sparsity/rules/score_each.hpp>

namespace espalier::sparsity {

DropRule drop_movement() {
    return {{"movement", "those that moved farthest towards 0 since they came: the smallest sums of -w g",
             "Sanh et al., NeurIPS 2020"},
            [](const DropContext& context, std::span<float> scores) {
                score_each(scores, [&](std::size_t k) { return context.tracked[k]; });
            },
            nullptr,
            Tracking::movement};
}

}  // namespace espalier::sparsity
