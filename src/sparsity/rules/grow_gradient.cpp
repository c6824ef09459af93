#include <espalier/sparsity/rules/best_absent.hpp>

namespace espalier::sparsity {

GrowRule grow_gradient() {
    return {{"gradient", "where the dense gradient of the last batch is largest in absolute value",
             "Evci et al., ICML 2020 (RigL)"},
            GrowScore::gradient,
            [](const GrowContext& context, std::size_t count) {
                return best_by_gradient(context, count, "grow rule gradient: a gradient");
            }};
}

}  // namespace espalier::sparsity
