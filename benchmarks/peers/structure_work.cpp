#include "structure_work.hpp"
#include <memory>

#include <espalier/topology/structure/betweenness.hpp>
#include <espalier/topology/structure/connected_components.hpp>
#include <espalier/topology/structure/matching.hpp>

#include "../layer_problem.hpp"

namespace espalier::benchmarks {
namespace {

using Question = std::size_t (*)(const Pattern& layer);

std::size_t components(const Pattern& layer) {
    return topology::component_sizes(layer).size();
}

std::size_t matching(const Pattern& layer) {
    return topology::maximum_matching(layer).size;
}

std::size_t betweenness(const Pattern& layer) {
    return topology::betweenness(topology::neuron_graph(layer)).size();
}

Question question_of(const std::string& kind) {
    if (kind == "components") return components;
    if (kind == "matching") return matching;
    if (kind == "betweenness") return betweenness;
    return nullptr;
}

}  // namespace

std::optional<Work> make_structure_work(const std::string& kind, const Request& request) {
    const Question question = question_of(kind);
    if (question == nullptr) return std::nullopt;
    const std::size_t width = request.number("width");
    const auto layer = std::make_shared<Pattern>(random_pattern(width, width, request.share("density")));
    const auto answer = std::make_shared<std::size_t>(0);
    return Work{[=] { *answer = question(*layer); }, layer->edges()};
}

}  // namespace espalier::benchmarks
