#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// What one layer reads and writes. A stream is what several layers' outputs are added to; where nothing is added, it
/// is one layer's outputs. It bears the number of the first layer that writes to it.
struct LayerStreams {
    std::size_t writes = 0;            ///< the stream that the layer's outputs belong to
    std::optional<std::size_t> reads;  ///< the stream its inputs are; none where they are, or hold, the network's input
    /// The network's input is added to the stream it writes to, so that its neurons have places of their own.
    bool is_fixed = false;

    /// Same numbers.
    friend bool operator==(const LayerStreams&, const LayerStreams&) = default;
};

/// Of each layer the streams: [layers]. Neurons of one stream cannot be renumbered in one layer alone: what is added
/// must stay side by side. In a chain layer k writes stream k and reads stream k - 1.
/// @throws FormatError as LayerGraph
/// Cost: O(layers * feeders).
/// Source: definitions.md 6.3.
std::vector<LayerStreams> layer_streams(const Topology& topology);

}  // namespace espalier::topology
