#include <cmath>

#include <espalier/sparsity/rules/score_each.hpp>

namespace espalier::sparsity {

DropRule drop_saliency() {
    return {{"saliency", "the smallest |w g| go", "Lee et al., ICLR 2019; in jaxpruner"},
            [](const DropContext& context, std::span<float> scores) {
                score_each(scores, [&](std::size_t k) { return std::abs(context.values[k] * context.gradient[k]); });
            }};
}

}  // namespace espalier::sparsity
