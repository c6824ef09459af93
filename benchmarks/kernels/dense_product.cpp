#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

/// Weights (or their gradient) once, activations once.
Work dense_work(const LayerProblem& problem) {
    const auto edges = static_cast<double>(problem.edges());
    const auto lanes = static_cast<double>(problem.size().lanes);
    const auto padded = static_cast<double>(kernels::padded_lanes(problem.size().lanes));
    const auto features = static_cast<double>(problem.size().rows + problem.size().cols);
    return {2 * edges * lanes, edges * 4 + features * padded * 4, 0.0};
}

void measure_dense(const std::string& kernel, void (LayerProblem::*call)()) {
    for (const std::size_t width : sweep().widths) {
        for (const std::size_t batch : {std::size_t{32}, std::size_t{128}}) {
            const LayerSize size{width, width, 1.0, batch};
            for (const int threads : {1, 2}) {
                measure(
                    "dense_product/" + kernel + "/" + size_text(size), threads,
                    [size, call] {
                        LayerProblem& problem = layer_problem(size);
                        return [&problem, call] { (problem.*call)(); };
                    },
                    [size] { return dense_work(layer_problem(size)); });
            }
        }
    }
}

const bool registered = [] {
    measure_dense("forward", &LayerProblem::forward);
    measure_dense("input_gradient", &LayerProblem::input_gradient);
    measure_dense("weight_gradient", &LayerProblem::weight_gradient);
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
