#include <espalier/topology/paths/path_count.hpp>

namespace espalier::topology {
namespace {

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
        if (!graph.is_output(k)) continue;
        for (const Number& number : paths.outputs[k]) total += number;
    }
    return total;
}

}  // namespace

Swept<ScaledNumber> paths_from_input(const LayerGraph& graph) {
    const auto add = [](ScaledNumber& sum, const ScaledNumber& term) { sum += term; };
    return sweep_forwards<ScaledNumber>(graph, 1.0, add, [](std::vector<ScaledNumber>&) {});
}

Swept<ScaledNumber> paths_to_output(const LayerGraph& graph) {
    return sweep_backwards<ScaledNumber>(graph, 1.0, [](ScaledNumber& sum, const ScaledNumber& term) { sum += term; });
}

ScaledNumber path_count(const LayerGraph& graph, bool biases) {
    return forward_sum<ScaledNumber>(graph, biases);
}

boost::multiprecision::cpp_int exact_path_count(const LayerGraph& graph, bool biases) {
    return forward_sum<boost::multiprecision::cpp_int>(graph, biases);
}

}  // namespace espalier::topology
