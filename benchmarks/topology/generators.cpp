#include <espalier/topology/generators/biregular.hpp>
#include <espalier/topology/generators/circulant.hpp>
#include <espalier/topology/generators/ramanujan.hpp>
#include <espalier/topology/generators/ramanujan_lift.hpp>

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
            const auto draw = [generate = generate, size]() -> std::function<void()> {
                const auto edges = static_cast<std::size_t>(size.density * static_cast<double>(size.rows * size.cols));
                return [=, stream = Stream(1, Purpose::mask_init)]() mutable {
                    benchmark::DoNotOptimize(generate(size.rows, size.cols, edges, stream));
                };
            };
            measure("topology/generators/" + name + "/" + size_text(size), 1, draw, [] { return Work{}; });
        }
    }
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
