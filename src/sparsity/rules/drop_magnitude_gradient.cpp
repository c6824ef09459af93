#include <cmath>

#include <espalier/sparsity/rules/score_each.hpp>

namespace espalier::sparsity {

DropRule drop_magnitude_gradient() {
    return {{"magnitude_gradient", "the smallest |w| + lambda |g| go, lambda = sparsity.gradient_weight",
             "Yuan et al., NeurIPS 2021 (MEST)"},
            [](const DropContext& context, std::span<float> scores) {
                const auto lambda = static_cast<float>(context.options.gradient_weight);
                score_each(scores, [&](std::size_t k) {
                    return std::abs(context.values[k]) + lambda * std::abs(context.gradient[k]);
                });
            }};
}

}  // namespace espalier::sparsity
