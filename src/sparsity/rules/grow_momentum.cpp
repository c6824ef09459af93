#include <espalier/sparsity/rules/best_absent.hpp>

namespace espalier::sparsity {

GrowRule grow_momentum() {
    return {{"momentum",
             "where a running mean of dense gradients is largest in absolute value; costs dense memory and a dense "
             "gradient every step",
             "Dettmers and Zettlemoyer 2019 (SNFS)"},
            GrowScore::momentum,
            [](const GrowContext& context, std::size_t count) {
                return best_by_gradient(context, count, "grow rule momentum: a mean gradient");
            }};
}

}  // namespace espalier::sparsity
