#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

/// Indices read and results written once, activations and gradients read once.
Work sampled_work(const LayerProblem& problem) {
    const auto edges = static_cast<double>(problem.edges());
    const auto lanes = static_cast<double>(problem.size().lanes);
    const auto padded = static_cast<double>(kernels::padded_lanes(problem.size().lanes));
    const auto features = static_cast<double>(problem.size().rows + problem.size().cols);
    return {2 * edges * lanes, edges * 8 + features * padded * 4, edges * padded * 4};
}

const bool registered = [] {
    measure_layers("sampled_product", &LayerProblem::weight_gradient, sampled_work);
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
