#include <espalier/topology/spectral/leading_singular_values.hpp>

#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

/// The operator made anew each time, as every metric does.
std::function<void()> two_values(const LayerSize& size) {
    return [pattern = random_pattern(size.rows, size.cols, size.density)] {
        const topology::Biadjacency matrix(pattern);
        benchmark::DoNotOptimize(topology::leading_singular_values(matrix, 2));
    };
}

/// y = A x and x = A^T y: what a step of Lanczos costs beside its vectors.
std::function<void()> both_products(const LayerSize& size) {
    const topology::Biadjacency matrix(random_pattern(size.rows, size.cols, size.density));
    return
        [matrix, x = std::vector<double>(matrix.inputs(), 1.0), y = std::vector<double>(matrix.outputs())]() mutable {
            matrix.to_outputs(x, y);
            matrix.to_inputs(y, x);
            benchmark::DoNotOptimize(x.data());
            for (double& value : x) value = 1.0;  // else it grows without end
        };
}

double edges(const LayerSize& size) {
    return size.density * static_cast<double>(size.rows * size.cols);
}

const bool registered = [] {
    for (const LayerSize& size :
         {LayerSize{4608, 512, 0.05, 1}, LayerSize{4096, 4096, 0.01, 1}, LayerSize{16384, 16384, 0.005, 1}}) {
        for (const int threads : {1, 2}) {
            // An addition an edge in each product, an index of 4 bytes read; how many steps depends on the spectrum.
            measure(
                "topology/spectra/two_values/" + size_text(size), threads, [size] { return two_values(size); },
                [] { return Work{}; });
            measure(
                "topology/spectra/both_products/" + size_text(size), threads, [size] { return both_products(size); },
                [size] {
                    return Work{2 * edges(size), 2 * 4 * edges(size), 2 * 8 * edges(size)};
                });
        }
    }
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
