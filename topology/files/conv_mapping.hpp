#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// How a convolution [out, in, kh, kw] becomes a bipartite graph. Linear layers are the same in all.
///
///                  inputs          outputs         an edge
///     unrolled       in*kh*kw        out             a kept weight
///     channel        in              out             a kernel (o, i) with any kept weight
///     channel_first  in              out*kh*kw       a kept weight
///
/// A grouped convolution is block-diagonal in all of them: `in` are the channels of all groups, and an output has edges
/// from those of its own group alone. Stored as it is, a depthwise convolution would be kh*kw inputs wired to all
/// outputs.
///
/// Source: definitions.md 1.3. `unrolled` is what files hold and the default (Ramanujan scores); `channel` is what
/// walks and channel statistics use (PHEW, NPB, Chase); `channel_first` puts the kernel's places on the side of the
/// outputs. The graph of channels and pixels needs the sizes of the images and is not here.
enum class ConvMapping { unrolled, channel, channel_first };

/// Their names, in the order of the enumeration.
inline const std::array<std::string, 3> conv_mapping_names = {"unrolled", "channel", "channel_first"};

/// @throws ConfigError naming the three for anything else
ConvMapping parse_conv_mapping(const std::string& text);

/// A layer after its mapping.
struct MappedLayer {
    Layer layer;  ///< [out, in] from then on, unless `unrolled`
    /// Kept weights an edge stands for, in the pattern's order; empty where it is one everywhere.
    std::vector<std::uint32_t> multiplicity;
};

/// The layer seen as `mapping` says. Where weights are known, those of `channel` are the L1 norms of the kernels.
/// Cost: O(edges + inputs + outputs).
MappedLayer map_convolution(const Layer& layer, ConvMapping mapping);

/// Every layer of a network, multiplicities left out.
Topology map_convolutions(Topology topology, ConvMapping mapping);

}  // namespace espalier::topology
