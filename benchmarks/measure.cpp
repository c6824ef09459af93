#include "measure.hpp"
#include <algorithm>
#include <cstdio>

#include <espalier/base/threads/threads.hpp>

namespace espalier::benchmarks {
namespace {

bool is_goal(const LayerSize& size) {
    static constexpr LayerSize goals[] = {{1024, 1024, 0.05, 128},
                                          {4096, 4096, 0.05, 128},
                                          {16384, 16384, 0.005, 128},
                                          {1024, 1024, 0.05, 32},
                                          {1024, 1024, 0.05, 1}};
    return std::ranges::find(goals, size) != std::end(goals);
}

std::vector<LayerSize> layer_sizes() {
    std::vector<LayerSize> sizes;
    for (const std::size_t width : sweep().widths) {
        for (const double density : sweep().densities) {
            for (const std::size_t batch : sweep().batches) sizes.push_back({width, width, density, batch});
        }
    }
    sizes.push_back({16384, 16384, 0.005, 128});
    return sizes;
}

}  // namespace

const Sweep& sweep() {
    static const Sweep points{{256, 1024, 4096}, {0.01, 0.05, 0.1, 0.2, 0.5}, {1, 32, 128}};
    return points;
}

const std::vector<std::size_t>& feature_counts() {
    static const std::vector<std::size_t> counts = {128, 1024, 16384};
    return counts;
}

std::string size_text(const LayerSize& size) {
    char density[32];
    std::snprintf(density, sizeof(density), "%g", size.density);
    return std::to_string(size.rows) + "x" + std::to_string(size.cols) + "/density:" + density +
           "/batch:" + std::to_string(size.lanes);
}

void measure(const std::string& name, int threads, std::function<std::function<void()>()> prepare,
             std::function<Work()> work) {
    const auto run = [threads, prepare = std::move(prepare), work = std::move(work)](benchmark::State& state) {
        set_threads(threads);
        const std::function<void()> body = prepare();
        body();  // what is grown or touched for the first time is not what a training step sees
        for (auto _ : state) body();
        const Work done = work();
        const auto rate = benchmark::Counter::kIsIterationInvariantRate;
        state.counters["FLOP/s"] = benchmark::Counter(done.flops, rate);
        state.counters["bytes/s"] = benchmark::Counter(done.bytes, rate, benchmark::Counter::kIs1000);
        if (done.operand > 0) {
            state.counters["operand_bytes/s"] = benchmark::Counter(done.operand, rate, benchmark::Counter::kIs1000);
        }
        set_threads(1);
    };
    benchmark::RegisterBenchmark((name + "/threads:" + std::to_string(threads)).c_str(), run)->UseRealTime();
}

void measure_layers(const std::string& kernel, void (LayerProblem::*call)(), Work (*work)(const LayerProblem&)) {
    for (const LayerSize& size : layer_sizes()) {
        for (const int threads : {1, 2}) {
            if (threads > 1 && !is_goal(size)) continue;
            measure(
                kernel + "/" + size_text(size), threads,
                [size, call] {
                    LayerProblem& problem = layer_problem(size);
                    return [&problem, call] { (problem.*call)(); };
                },
                [size, work] { return work(layer_problem(size)); });
        }
    }
}

}  // namespace espalier::benchmarks
