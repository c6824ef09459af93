#include <espalier/topology/paths/path_count.hpp>

namespace espalier::topology {
namespace {

const auto add_paths = [](auto& sum, const auto& term, std::size_t) { sum += term; };

template <class Number>
Number forward_sum(const LayerGraph& graph, bool biases) {
    Number total{0};
    if (graph.layers() == 0) return total;
    const auto add = [](Number& sum, const Number& term) { sum += term; };
    const auto add_bias = [&](std::vector<Number>& outputs) {
        if (!biases) return;
        for (Number& number : outputs) number += Number{1};
    };
    const Swept<Number> paths = sweep_forwards<Number>(graph, Number{1}, add, add_bias);
    for (std::size_t k = 0; k < graph.layers(); ++k) {
        if (!graph.gives_output(k)) continue;
        for (const Number& number : paths.outputs[k]) total += number;
    }
    return total;
}

}  // namespace

PathNumbers paths_from_input(const ChainedNetwork& network) {
    PathNumbers paths(network.levels());
    if (paths.empty()) return paths;
    paths.front().assign(network.width(0), 1.0);
    for (std::size_t k = 0; k < network.layers(); ++k) paths[k + 1] = network.forwards(k, paths[k], add_paths);
    return paths;
}

PathNumbers paths_to_output(const ChainedNetwork& network) {
    PathNumbers paths(network.levels());
    if (paths.empty()) return paths;
    paths.back().assign(network.width(network.layers()), 1.0);
    for (std::size_t k = network.layers(); k-- > 0;) paths[k] = network.backwards(k, paths[k + 1], add_paths);
    return paths;
}

ScaledNumber path_count(const LayerGraph& graph, bool biases) {
    return forward_sum<ScaledNumber>(graph, biases);
}

boost::multiprecision::cpp_int exact_path_count(const LayerGraph& graph, bool biases) {
    return forward_sum<boost::multiprecision::cpp_int>(graph, biases);
}

}  // namespace espalier::topology
