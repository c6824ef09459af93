#include <cmath>

#include <espalier/sparsity/rules.hpp>

namespace espalier::sparsity {

DropRule drop_magnitude() {
    return {{"magnitude", "the smallest absolute values go", "Mocanu et al. 2018 (simplified), Evci et al. 2020"},
            [](const DropContext& context, std::span<float> scores) {
                for (std::size_t k = 0; k < scores.size(); ++k) scores[k] = std::abs(context.values[k]);
            }};
}

}  // namespace espalier::sparsity
