#include <espalier/sparsity/update/exchange.hpp>

#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

/// One update of SET, 30 % of the weights: scores, drop, growth, remap of all arrays and the transposed layout anew.
std::function<void()> update(const LayerSize& size) {
    LayerProblem& problem = layer_problem(size);
    sparsity::UpdatePlan plan;
    static const sparsity::DropRule drop = sparsity::drop_magnitude();
    static const sparsity::GrowRule grow = sparsity::grow_random();
    plan.drop = &drop;
    plan.grow = &grow;
    return [&problem, plan, step = std::uint64_t{0}]() mutable {
        nn::MaskedWeight<float>& weight = problem.weight;
        ++step;
        weight.release_transposed();  // as the trainer does
        const sparsity::DropContext context{weight.pattern(),
                                            weight.parameter().values,
                                            weight.parameter().gradient,
                                            {},
                                            0.3,
                                            {},
                                            Stream(1, Purpose::score_noise, 0, step)};
        const std::size_t count = weight.pattern().edges() * 3 / 10;
        weight.apply(sparsity::exchange(plan, {}, context, count, count,
                                        {{}, nullptr, nullptr, Stream(1, Purpose::growth, 0, step)}));
        benchmark::DoNotOptimize(weight.transposed().indices.data());  // made anew, as the next step would
    };
}

/// No arithmetic worth counting; value, gradient and index of each weight read and written, the transposed layout
/// written.
Work update_work(const LayerProblem& problem) {
    return {0.0, static_cast<double>(problem.edges()) * (2 * 12 + 8), 0.0};
}

const bool registered = [] {
    for (const LayerSize& size :
         {LayerSize{1024, 1024, 0.05, 1}, LayerSize{4096, 4096, 0.05, 1}, LayerSize{16384, 16384, 0.005, 1}}) {
        for (const int threads : {1, 2}) {
            measure(
                "topology_update/set/" + size_text(size), threads, [size] { return update(size); },
                [size] { return update_work(layer_problem(size)); });
        }
    }
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
