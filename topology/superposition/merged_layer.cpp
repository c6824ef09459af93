#include <espalier/topology/superposition/merged_layer.hpp>

namespace espalier::topology {

Layer joined_rows(const Layer& like, const std::vector<MergedRows>& parts) {
    const Pattern& shape = like.pattern;
    std::vector<std::uint64_t> offsets = {0};
    offsets.reserve(shape.rows() + 1);
    std::vector<std::size_t> begins;
    for (const MergedRows& part : parts) {
        begins.push_back(offsets.back());
        for (const std::uint64_t length : part.lengths) offsets.push_back(offsets.back() + length);
    }
    Layer layer{like.name, like.shape, {}, std::vector<float>(offsets.back()), like.fed_by, like.groups, like.blocks};
    std::vector<std::uint32_t> cols(offsets.back());
    parallel_for(parts.size(), [&](std::size_t k) {
        std::ranges::copy(parts[k].cols, cols.begin() + static_cast<std::ptrdiff_t>(begins[k]));
        std::ranges::copy(parts[k].values, layer.values.begin() + static_cast<std::ptrdiff_t>(begins[k]));
    });
    layer.pattern = cols.size() == shape.positions()
                        ? Pattern::full(shape.rows(), shape.cols())
                        : Pattern(shape.rows(), shape.cols(), std::move(offsets), std::move(cols));
    return layer;
}

}  // namespace espalier::topology
