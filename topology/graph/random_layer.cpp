#include <espalier/base/random/random_choice.hpp>
#include <espalier/topology/graph/random_layer.hpp>

namespace espalier::topology {

Layer random_layer_like(const Layer& layer, Stream& stream) {
    const Pattern& pattern = layer.pattern;
    const std::size_t rows = pattern.rows();
    const std::size_t cols = pattern.cols();
    std::vector<std::uint64_t> chosen = random_choice(positions(layer), pattern.edges(), stream);
    if (layer.blocks > 1) {
        const std::size_t width = cols / layer.blocks;
        for (std::uint64_t& position : chosen) {
            const std::uint64_t row = position / width;
            position = row * cols + row * layer.blocks / rows * width + position % width;
        }
    }
    Layer result{layer.name,   layer.shape, Pattern::from_flat(rows, cols, chosen), layer.values, layer.fed_by,
                 layer.groups, layer.blocks};
    shuffle(result.values, stream);
    return result;
}

}  // namespace espalier::topology
