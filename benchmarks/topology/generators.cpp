#include <espalier/base/threads.hpp>
#include <espalier/topology/biregular.hpp>
#include <espalier/topology/circulant.hpp>
#include <espalier/topology/ramanujan.hpp>
#include <espalier/topology/ramanujan_lift.hpp>

#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

using Generator = Pattern (*)(std::size_t rows, std::size_t cols, std::size_t edges, Stream& stream);

const bool registered = [] {
    const std::vector<std::pair<std::string, Generator>> generators = {{"biregular", topology::biregular},
                                                                       {"circulant", topology::circulant},
                                                                       {"ramanujan", topology::ramanujan},
                                                                       {"ramanujan_lift", topology::ramanujan_lift}};
    for (const auto& [name, generate] : generators) {
        for (const LayerSize& size : {LayerSize{1024, 1024, 0.05, 1}, LayerSize{4096, 4096, 0.05, 1}}) {
            const auto run = [generate = generate, size](benchmark::State& state) {
                set_threads(1);
                const auto edges = static_cast<std::size_t>(size.density * static_cast<double>(size.rows * size.cols));
                Stream stream(1, Purpose::mask_init);
                for ([[maybe_unused]] auto _ : state) {
                    benchmark::DoNotOptimize(generate(size.rows, size.cols, edges, stream));
                }
            };
            benchmark::RegisterBenchmark((name + "/" + size_text(size)).c_str(), run)->Unit(benchmark::kMillisecond);
        }
    }
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
