#include <memory>

#include <espalier/topology/assignment/assignment.hpp>
#include <espalier/topology/distance/neuron_similarity.hpp>
#include <espalier/topology/distance/nnstd.hpp>

#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

/// A layer and an independent one of the same size; batch is of no meaning.
struct LayerPair {
    Pattern first;
    Pattern second;

    explicit LayerPair(const LayerSize& size)
        : first(random_pattern(size.rows, size.cols, size.density, 1)),
          second(random_pattern(size.rows, size.cols, size.density, 2)) {}
};

/// Inputs that every neuron of one layer shares with every one of the other, as similarities: one pass.
std::function<void()> similarities(const LayerSize& size) {
    const auto pair = std::make_shared<LayerPair>(size);
    return [pair] {
        const topology::NeuronSimilarity neurons(pair->first, pair->second, {});
        std::vector<double> line(neurons.size());
        for (std::size_t a = 0; a < neurons.size(); ++a) {
            neurons.row(a, line);
            benchmark::DoNotOptimize(line.data());
        }
    };
}

/// The cost matrix and the dense solver, for comparison.
std::function<void()> dense_assignment(const LayerSize& size) {
    const LayerPair pair(size);
    const auto costs = std::make_shared<topology::CostMatrix>(topology::edit_distances(pair.first, pair.second));
    return [costs] { benchmark::DoNotOptimize(topology::solve_assignment(*costs).cost); };
}

/// Everything, ties included.
std::function<void()> whole_pair(const LayerSize& size) {
    const auto pair = std::make_shared<LayerPair>(size);
    return [pair] { benchmark::DoNotOptimize(topology::match_layer(pair->first, pair->second).cost); };
}

/// The same beyond the limit of exact matching.
std::function<void()> bounded_pair(const LayerSize& size) {
    const auto pair = std::make_shared<LayerPair>(size);
    return [pair] {
        const topology::NnstdOptions nearly{.exact_limit = 1};
        benchmark::DoNotOptimize(topology::match_layer(pair->first, pair->second, {}, nearly).cost);
    };
}

using Prepare = std::function<void()> (*)(const LayerSize& size);

const bool registered = [] {
    const LayerSize as_published{784, 784, 0.006, 1};
    const LayerSize wide{4096, 4096, 0.05, 1};
    const std::vector<std::pair<std::string, Prepare>> parts = {{"similarities", similarities},
                                                                {"dense_assignment", dense_assignment},
                                                                {"pair", whole_pair},
                                                                {"bounded_pair", bounded_pair}};
    for (const auto& [name, prepare] : parts) {
        for (const LayerSize& size : {as_published, wide}) {
            const auto of_size = [prepare = prepare, size] { return prepare(size); };
            measure("topology/nnstd/" + name + "/" + size_text(size), 1, of_size, [] { return Work{}; });
        }
    }
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
