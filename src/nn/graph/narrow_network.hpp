#pragma once

#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/graph/channels_left.hpp>

namespace espalier::nn {

/// A network without some of its channels.
struct NarrowNetwork {
    NetworkSpec spec;
    Network<float> network;
    std::size_t folded = 0;  ///< constants other than 0 that went into biases, one for each weight
};

/// The network without the channels that do not stay: the rows and columns of weights, the entries of biases and
/// normalisations are left out, and what a channel without input gave goes into the biases of those who took it. Layers
/// that had no bias get one where there is something to take. In evaluation mode outputs agree up to rounding; in
/// training batch norms would see other numbers.
/// @param spec        what `network` was built from
/// @param keeps_masks  the layers keep their masks between the channels that stay; else all their weights, absent ones
/// 0
/// @param options     as it was built; nothing is drawn that stays
NarrowNetwork narrow_network(const NetworkSpec& spec, const Network<float>& network, const ChannelsLeft& left,
                             bool keeps_masks, const BuildOptions& options);

/// The same network with all its numbers in double.
Network<double> in_double(const NetworkSpec& spec, const Network<float>& network, const BuildOptions& options);

}  // namespace espalier::nn
