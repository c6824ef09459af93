#include <espalier/sparsity/rules/best_absent.hpp>

namespace espalier::sparsity {

// Ranked by the sum, not the mean: the order is the same.
GrowRule grow_hebbian() {
    return {{"hebbian",
             "where the mean of all batches' gradients since the last update is largest in absolute value; costs dense "
             "memory and a dense gradient every step",
             ""},
            GrowScore::accumulated,
            [](const GrowContext& context, std::size_t count) {
                return best_by_gradient(context, count, "grow rule hebbian: a mean gradient");
            }};
}

}  // namespace espalier::sparsity
