#include <espalier/base/random/random_choice.hpp>
#include <espalier/topology/graph/random_layer.hpp>

namespace espalier::topology {

Layer random_layer_like(const Layer& layer, Stream& stream) {
    const Pattern& pattern = layer.pattern;
    const std::size_t rows = pattern.rows();
    const std::size_t cols = pattern.cols();
    Layer result{layer.name, layer.shape,
                 Pattern::from_flat(rows, cols, random_choice(pattern.positions(), pattern.edges(), stream)),
                 layer.values, layer.fed_by};
    shuffle(result.values, stream);
    return result;
}

}  // namespace espalier::topology
