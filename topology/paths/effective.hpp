#pragma once

#include <espalier/topology/paths/path_count.hpp>
#include <espalier/topology/registry.hpp>

namespace espalier::topology {

/// How the effective nodes of a network are counted.
enum class NodeCount {
    once,     ///< each layer of neurons once: the inputs of every layer and the outputs of the last
    program,  ///< NPB's table: inputs of convolutions, inputs and outputs of linear layers. Its place in the list of
              ///< masks does not advance after a linear layer, so that all linear layers repeat the first one's
    program_own,  ///< that table with each layer's own mask
};

struct EffectiveOptions {
    /// As NPB's program counts, whose copy of the network has every bias set to 1: each neuron starts a path, so the
    /// number is no path count, a collapsed network is not at 0, and neurons without inputs count as reached.
    bool biases = false;
    NodeCount nodes = NodeCount::once;
    /// Paths through the pixels of the maps instead of the graph of channels (effective_maps.hpp); no biases.
    bool through_maps = false;
};

/// Of one layer, what lies on a path from the network's input to its output.
struct EffectiveLayer {
    std::size_t parameters = 0;  ///< kept weights
    std::size_t inputs = 0;      ///< inputs with such a weight: features of a linear layer, channels of a convolution
    std::size_t outputs = 0;     ///< outputs with such a weight
};

struct Effective {
    std::vector<EffectiveLayer> layers;
    std::size_t nodes = 0;
    std::size_t parameters = 0;
    ScaledNumber paths;
};

/// Effective paths, nodes and parameters: those on a path of kept weights from input to output.
///
/// Convolutions are counted on the channel graph (layer_graph.hpp): a path chooses a weight of each kernel it passes.
/// With `through_maps` they are counted on their maps, where pixels, paddings, strides and pooling count too
/// (effective_maps.hpp): that number of paths is the program's, and fewer weights may be effective.
///
/// @throws FormatError as LayerGraph and paths_through_maps(); ConfigError for biases through maps
/// Cost: O(edges + neurons).
/// Source: definitions.md 6.16; Pham et al., "Towards data-agnostic pruning at initialization: what makes a good sparse
/// mask?", NeurIPS 2023 (NPB). We differ: by two sweeps over the graph instead of a gradient, which no overflow or
/// underflow disturbs; the program's own counts are options.
Effective effective(const Topology& topology, const EffectiveOptions& options = {});

/// Metric `effective`: `{parameters, inputs, outputs}` of a layer, `{paths, log10_paths, nodes, parameters}` of a
/// network. Paths are exact where a double holds them, else rounded, and undefined beyond its range; the logarithm is
/// always defined unless there is no path. Settings: `mapping` channel or spatial, `biases` 0 or 1, `npb_count` false,
/// true (NodeCount::program) or own_masks.
MetricResult effective_metric(const Topology& topology, const Settings& settings);

}  // namespace espalier::topology
