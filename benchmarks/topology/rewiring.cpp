#include <espalier/base/threads.hpp>
#include <espalier/topology/rewiring.hpp>

#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

/// One sample of a null model: ten attempts of a swap an edge, the set of edges and the sorted rows included.
void rewiring(benchmark::State& state, const LayerSize& size) {
    const Pattern pattern = random_pattern(size.rows, size.cols, size.density);
    Stream stream(1, Purpose::rewiring);
    for ([[maybe_unused]] auto _ : state) {
        benchmark::DoNotOptimize(topology::rewired(pattern, topology::usual_swaps, stream));
    }
    const auto attempts = static_cast<double>(topology::usual_swaps * pattern.edges());
    state.counters["attempts/s"] =
        benchmark::Counter(attempts, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

const bool registered = [] {
    for (const LayerSize& size :
         {LayerSize{1024, 1024, 0.05, 1}, LayerSize{4096, 4096, 0.05, 1}, LayerSize{16384, 16384, 0.005, 1}}) {
        benchmark::RegisterBenchmark(("rewiring/" + size_text(size)).c_str(), [size](benchmark::State& state) {
            set_threads(1);
            rewiring(state, size);
        })->Unit(benchmark::kMillisecond);
    }
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
