#include <espalier/topology/generators/rewiring.hpp>

#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

/// One sample of a null model: ten attempts of a swap an edge, the set of edges and the sorted rows included.
std::function<void()> one_sample(const LayerSize& size) {
    return [pattern = random_pattern(size.rows, size.cols, size.density),
            stream = Stream(1, Purpose::rewiring)]() mutable {
        benchmark::DoNotOptimize(topology::rewired(pattern, topology::usual_swaps, stream));
    };
}

const bool registered = [] {
    for (const LayerSize& size :
         {LayerSize{1024, 1024, 0.05, 1}, LayerSize{4096, 4096, 0.05, 1}, LayerSize{16384, 16384, 0.005, 1}}) {
        measure(
            "topology/rewiring/" + size_text(size), 1, [size] { return one_sample(size); }, [] { return Work{}; });
    }
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
