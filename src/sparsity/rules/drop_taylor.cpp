#include <espalier/sparsity/rules/score_each.hpp>

namespace espalier::sparsity {

DropRule drop_taylor() {
    return {{"taylor", "the smallest (w g)^2 go: first-order change of the loss, squared",
             "Molchanov et al., CVPR 2019; in ITOP's program"},
            [](const DropContext& context, std::span<float> scores) {
                score_each(scores, [&](std::size_t k) {
                    const float change = context.values[k] * context.gradient[k];
                    return change * change;
                });
            }};
}

}  // namespace espalier::sparsity
