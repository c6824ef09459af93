#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace espalier::topology {

/// Channels of pixels; features are channels of one pixel, a sequence has one row.
struct MapImage {
    std::size_t channels = 1;
    std::size_t height = 1;
    std::size_t width = 1;

    /// Pixels of a channel.
    std::size_t pixels() const { return height * width; }
    /// All numbers.
    std::size_t features() const { return channels * pixels(); }
};

/// How a window moves along one axis.
struct MapAxis {
    std::size_t kernel = 1;
    std::size_t stride = 1;
    std::size_t dilation = 1;
    std::size_t before = 0;  ///< rows or columns of padding
    std::size_t after = 0;
};

/// Among a node's inputs: what the network takes.
inline constexpr std::size_t map_input = ~std::size_t{0};

/// What a network does at one place: a layer with weights, or what lies between.
struct MapNode {
    std::string name;                 ///< of a layer with weights that layer's (Layer::name)
    std::string kind;                 ///< as run files call it: "conv2d", "max_pool", "sum", "relu", ...
    std::vector<std::size_t> inputs;  ///< numbers of nodes before it, or map_input
    MapImage image = {};              ///< of its output
    std::optional<std::array<MapAxis, 2>> window = std::nullopt;  ///< rows, columns
    bool ceil_mode = false;                                       ///< of pooling: a last window may reach over the edge

    /// Whether it is a layer with weights.
    bool has_weights() const { return kind == "linear" || kind == "pixel_linear" || kind.starts_with("conv"); }
};

/// A network with the sizes of its maps, which a mask does not tell: through it run the paths of pixels.
struct MapGraph {
    MapImage input = {};
    std::vector<MapNode> nodes;

    /// What a node takes first.
    const MapImage& input_of(std::size_t node) const {
        const std::size_t from = nodes[node].inputs.front();
        return from == map_input ? input : nodes[from].image;
    }
};

/// Largest map that is followed, in numbers.
inline constexpr std::size_t most_map_features = std::size_t{1} << 24;

/// Refuses nodes whose sizes do not go together, that take what is not before them, or whose kind is not known: after
/// it every link of map_links.hpp lies inside its maps. What has weights is checked with the layers, there.
/// @param where  what errors call the network
/// @throws FormatError naming the node
void require_consistent(const MapGraph& maps, const std::string& where);

/// Windows along one axis as [begin, end) of the input: of pooling, cut at the edges.
std::vector<std::pair<std::size_t, std::size_t>> window_spans(const MapAxis& axis, std::size_t side, bool ceil_mode);
/// Of adaptive pooling.
std::vector<std::pair<std::size_t, std::size_t>> adaptive_spans(std::size_t side, std::size_t windows);

}  // namespace espalier::topology
