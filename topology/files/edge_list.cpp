#include <algorithm>
#include <numeric>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/edge_list.hpp>

namespace espalier::topology {
namespace {

constexpr std::size_t free_side = std::size_t{1} << 22;
constexpr std::size_t sides_an_edge = 64;

/// Positions of the edges in ascending order of `key`, those of equal key in the order they had.
std::vector<std::uint64_t> stable_order(const std::vector<std::uint32_t>& key, std::size_t bound,
                                        const std::vector<std::uint64_t>& order) {
    std::vector<std::uint64_t> next(bound + 1, 0);
    for (const std::uint32_t k : key) ++next[k + 1];
    std::partial_sum(next.begin(), next.end(), next.begin());
    std::vector<std::uint64_t> sorted(order.size());
    for (const std::uint64_t edge : order) sorted[next[key[edge]]++] = edge;
    return sorted;
}

void require_no_duplicates(const EdgeList& edges, const std::vector<std::uint64_t>& order) {
    for (std::size_t k = 1; k < order.size(); ++k) {
        const std::uint64_t a = order[k - 1];
        const std::uint64_t b = order[k];
        if (edges.output[a] != edges.output[b] || edges.input[a] != edges.input[b]) continue;
        throw FormatError(edges.where + ": entries " + std::to_string(a) + " and " + std::to_string(b) +
                          " are the same edge (input " + std::to_string(edges.input[a]) + ", output " +
                          std::to_string(edges.output[a]) + "); sum_duplicates() in SciPy merges such entries");
    }
}

void erase_last_input(EdgeList& edges, std::vector<std::uint64_t>& order) {
    if (edges.inputs == 0) throw FormatError(edges.where + ": there is no last input to drop");
    --edges.inputs;
    std::erase_if(order, [&](std::uint64_t edge) { return edges.input[edge] == edges.inputs; });
}

Pattern pattern_of(const EdgeList& edges, const std::vector<std::uint64_t>& order) {
    std::vector<std::uint64_t> offsets(edges.outputs + 1, 0);
    std::vector<std::uint32_t> indices;
    indices.reserve(order.size());
    for (const std::uint64_t edge : order) {
        ++offsets[edges.output[edge] + 1];
        indices.push_back(edges.input[edge]);
    }
    std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
    Pattern pattern(edges.outputs, edges.inputs, std::move(offsets), std::move(indices));
    const bool is_full = pattern.edges() > 0 && pattern.edges() == pattern.positions();
    return is_full ? Pattern::full(edges.outputs, edges.inputs) : pattern;
}

}  // namespace

void require_plausible_shape(std::size_t rows, std::size_t cols, std::size_t edges, const std::string& where) {
    const std::size_t largest = std::max(free_side, sides_an_edge * edges);
    for (const std::size_t side : {rows, cols}) {
        if (side > largest || side > 0xffffffffU) {
            throw FormatError(where + ": a side of " + std::to_string(side) + " for " + std::to_string(edges) +
                              " entries; at most " + std::to_string(std::min<std::size_t>(largest, 0xffffffffU)) +
                              " are read");
        }
    }
}

Layer layer_from_edges(EdgeList edges, const std::string& name, bool drop_last_input) {
    std::vector<std::uint64_t> order(edges.output.size());
    std::iota(order.begin(), order.end(), std::uint64_t{0});
    order = stable_order(edges.input, edges.inputs, order);
    order = stable_order(edges.output, edges.outputs, order);
    require_no_duplicates(edges, order);
    if (drop_last_input) erase_last_input(edges, order);
    Layer layer;
    layer.name = name;
    layer.shape = {edges.outputs, edges.inputs};
    layer.pattern = pattern_of(edges, order);
    if (!edges.values.empty()) {
        for (const std::uint64_t edge : order) layer.values.push_back(edges.values[edge]);
    }
    return layer;
}

}  // namespace espalier::topology
