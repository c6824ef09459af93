#include <cmath>

#include <espalier/sparsity/rules/score_each.hpp>

namespace espalier::sparsity {

DropRule drop_magnitude() {
    return {{"magnitude", "the smallest absolute values go", "Mocanu et al. 2018 (simplified), Evci et al. 2020"},
            [](const DropContext& context, std::span<float> scores) {
                score_each(scores, [&](std::size_t k) { return std::abs(context.values[k]); });
            }};
}

}  // namespace espalier::sparsity
