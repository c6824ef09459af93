#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

/// Both gradients: indices, positions and values read and results written once, activations and gradients read, the
/// gradient at the inputs written once. Each edge loads one operand, the gradient at its output, for both.
Work fused_work(const LayerProblem& problem) {
    const auto edges = static_cast<double>(problem.edges());
    const auto lanes = static_cast<double>(problem.size().lanes);
    const auto padded = static_cast<double>(kernels::padded_lanes(problem.size().lanes));
    const auto features = static_cast<double>(problem.size().rows + 2 * problem.size().cols);
    return {4 * edges * lanes, edges * 16 + features * padded * 4, edges * padded * 4};
}

const bool registered = [] {
    measure_layers("fused_gradients", &LayerProblem::both_gradients, fused_work);
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
