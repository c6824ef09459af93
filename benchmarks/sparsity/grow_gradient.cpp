#include <espalier/kernels/dense_product.hpp>
#include <espalier/sparsity/rules/rules.hpp>

#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

/// RigL's growth: the dense gradient block by block, and the best absent positions of it, 30 % of the kept weights.
std::function<void()> growth(const LayerSize& size) {
    LayerProblem& problem = layer_problem(size);
    const auto rule = sparsity::grow_gradient();
    return [&problem, rule] {
        const sparsity::PositionRows rows = [&](std::size_t first, std::size_t count, std::span<float> gradient) {
            kernels::dense_weight_gradient<float>(problem.grad_out.view(), problem.in.view(), first, count, gradient);
        };
        const sparsity::GrowContext context{problem.weight.pattern(), problem.weight.pattern(), rows,
                                            Stream(1, Purpose::growth)};
        benchmark::DoNotOptimize(rule.choose(context, problem.edges() * 3 / 10));
    };
}

/// The dense product's operations; activations once, and every gradient entry written and read once.
Work growth_work(const LayerProblem& problem) {
    const auto positions = static_cast<double>(problem.weight.pattern().positions());
    const auto lanes = static_cast<double>(problem.size().lanes);
    const auto features = static_cast<double>(problem.size().rows + problem.size().cols);
    return {2 * positions * lanes, 8 * positions + 4 * features * lanes, 0.0};
}

const bool registered = [] {
    for (const std::size_t width : {std::size_t{1024}, std::size_t{4096}}) {
        for (const int threads : {1, 2}) {
            const LayerSize size{width, width, 0.05, 128};
            measure(
                "grow_gradient/" + size_text(size), threads, [size] { return growth(size); },
                [size] { return growth_work(layer_problem(size)); });
        }
    }
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
