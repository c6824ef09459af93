#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/structure/betweenness.hpp>
#include <espalier/topology/structure/butterflies.hpp>
#include <espalier/topology/structure/connected_components.hpp>
#include <espalier/topology/structure/k_core.hpp>
#include <espalier/topology/structure/matching.hpp>
#include <espalier/topology/structure/power_law.hpp>

#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

struct Question {
    const char* name;
    void (*answer)(const Pattern& layer);
    bool is_costly;  ///< not asked of the widest layers
};

constexpr Question questions[] = {
    {"components", [](const Pattern& layer) { benchmark::DoNotOptimize(topology::component_sizes(layer)); }, false},
    {"k_core", [](const Pattern& layer) { benchmark::DoNotOptimize(topology::core_numbers(layer)); }, false},
    {"matching", [](const Pattern& layer) { benchmark::DoNotOptimize(topology::maximum_matching(layer)); }, false},
    {"power_law",
     [](const Pattern& layer) {
         const auto counts = topology::degree_counts(topology::input_degrees(layer));
         benchmark::DoNotOptimize(topology::fit_power_law(counts));
     },
     false},
    {"butterflies", [](const Pattern& layer) { benchmark::DoNotOptimize(topology::butterflies(layer)); }, false},
    {"betweenness",
     [](const Pattern& layer) { benchmark::DoNotOptimize(topology::betweenness(topology::neuron_graph(layer))); },
     true},
};

/// The layer of this size; the last one is kept.
const Pattern& layer_of(const LayerSize& size) {
    static LayerSize last;
    static Pattern layer;
    if (!(last == size)) layer = random_pattern(size.rows, size.cols, size.density);
    last = size;
    return layer;
}

/// The indices of the pattern, read once.
Work work_of(const LayerSize& size) {
    return {0.0, static_cast<double>(layer_of(size).edges()) * 4, 0.0};
}

const bool registered = [] {
    for (const LayerSize& size :
         {LayerSize{784, 784, 0.005, 1}, LayerSize{1024, 1024, 0.05, 1}, LayerSize{4096, 4096, 0.05, 1}}) {
        for (const Question& question : questions) {
            if (question.is_costly && size.rows > 1024) continue;
            for (const int threads : {1, 2}) {
                measure(
                    std::string("topology/structure/") + question.name + "/" + size_text(size), threads,
                    [size, answer = question.answer] {
                        const Pattern& layer = layer_of(size);
                        return [&layer, answer] { answer(layer); };
                    },
                    [size] { return work_of(size); });
            }
        }
    }
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
