#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

/// Values and indices once, activations once; of the transposed layout the positions too.
Work product_work(const LayerProblem& problem, double index_bytes) {
    const auto edges = static_cast<double>(problem.edges());
    const auto lanes = static_cast<double>(problem.size().lanes);
    const auto padded = static_cast<double>(kernels::padded_lanes(problem.size().lanes));
    const auto features = static_cast<double>(problem.size().rows + problem.size().cols);
    return {2 * edges * lanes, edges * (4 + index_bytes) + features * padded * 4, edges * padded * 4};
}

Work forward_work(const LayerProblem& problem) {
    return product_work(problem, 4);
}

Work transposed_work(const LayerProblem& problem) {
    return product_work(problem, problem.weight.transposed().positions.empty() ? 4 : 8);
}

const bool registered = [] {
    measure_layers("sparse_product/forward", &LayerProblem::forward, forward_work);
    measure_layers("sparse_product/input_gradient", &LayerProblem::input_gradient, transposed_work);
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
