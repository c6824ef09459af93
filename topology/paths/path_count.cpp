#include <espalier/topology/paths/path_count.hpp>

namespace espalier::topology {
namespace {

const auto add_paths = [](auto& sum, const auto& term, std::size_t) { sum += term; };

template <class Number>
Number forward_sum(const ChainedNetwork& network, bool biases) {
    Number total{0};
    if (network.levels() == 0) return total;
    std::vector<Number> paths(network.width(0), Number{1});
    for (std::size_t k = 0; k < network.layers(); ++k) {
        paths = network.forwards(k, paths, add_paths);
        if (!biases) continue;
        for (Number& number : paths) number += Number{1};
    }
    for (const Number& number : paths) total += number;
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

ScaledNumber path_count(const ChainedNetwork& network, bool biases) {
    return forward_sum<ScaledNumber>(network, biases);
}

boost::multiprecision::cpp_int exact_path_count(const ChainedNetwork& network, bool biases) {
    return forward_sum<boost::multiprecision::cpp_int>(network, biases);
}

}  // namespace espalier::topology
