#include <cmath>

#include <espalier/base/row_runs.hpp>
#include <espalier/sparsity/rules.hpp>

namespace espalier::sparsity {

DropRule drop_magnitude() {
    return {{"magnitude", "the smallest absolute values go", "Mocanu et al. 2018 (simplified), Evci et al. 2020"},
            [](const DropContext& context, std::span<float> scores) {
                for_row_runs(scores.size(), scores.size(), [&](std::size_t begin, std::size_t end) {
                    for (std::size_t k = begin; k < end; ++k) scores[k] = std::abs(context.values[k]);
                });
            }};
}

}  // namespace espalier::sparsity
