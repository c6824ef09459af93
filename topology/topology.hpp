#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::topology {

/// One layer of a network as a bipartite graph: which weights exist, and their values where they are known.
struct Layer {
    std::string name;
    /// [out, in], or of convolutions [out, in, kh, kw] and over sequences [out, in, k]; the pattern is [out x
    /// in*kh*kw], each row the flat (in, kh, kw) index.
    std::vector<std::size_t> shape;
    Pattern pattern;
    /// One value per edge, in the pattern's order; empty where only the mask is known.
    std::vector<float> values;
    /// Names of the layers whose outputs it takes, added where they are several: one reads a residual stream, all that
    /// write to it feed it. An empty name is the network's input. Without a value: the layer before it in the list.
    std::optional<std::vector<std::string>> fed_by = std::nullopt;
    /// Groups of a grouped convolution as it is stored: shape[1] are the channels of one group, and output o takes
    /// those of group o * groups / out alone. Metrics see its block-diagonal graph (conv_mapping.hpp), where it is 1.
    std::size_t groups = 1;
    /// Blocks of a block-diagonal graph, equally many outputs and inputs each: no weight can be outside of them.
    std::size_t blocks = 1;
};

struct MapGraph;

/// A network's topology: its layers in order, from wherever it came (a run, a file, another tool).
struct Topology {
    std::string label;  ///< what tables and JSON call it: the argument it was asked for by
    std::vector<Layer> layers;
    std::string source = {};    ///< the run or topology file it was read from; empty: another tool's masks, or none
    std::string snapshot = {};  ///< the label of the snapshot there
    /// The sizes of its maps (graph/map_graph.hpp), where the file tells them; none of networks of features and of
    /// other tools' masks.
    std::shared_ptr<const MapGraph> maps = nullptr;
};

/// Whether a layer of this shape has a window.
inline bool is_convolution(const std::vector<std::size_t>& shape) {
    return shape.size() > 2;
}

/// Places of its window; 1 of a linear layer.
inline std::size_t window_places(const std::vector<std::size_t>& shape) {
    std::size_t product = 1;
    for (std::size_t k = 2; k < shape.size(); ++k) product *= shape[k];
    return product;
}

/// Kept weights of all layers.
std::size_t edges(const Topology& topology);

/// Possible weights of a layer: those of its blocks.
std::size_t positions(const Layer& layer);
/// Possible weights of all layers.
std::size_t positions(const Topology& topology);

/// Kept weights over positions, of all layers; NaN where there are no positions.
double density(const Topology& topology);

}  // namespace espalier::topology
