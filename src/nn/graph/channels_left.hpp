#pragma once

#include <cstdint>
#include <vector>

#include <espalier/nn/graph/network.hpp>
#include <espalier/nn/models/spec.hpp>

namespace espalier::nn {

/// Which channels of a network, or features where it has no images, its output in evaluation needs
/// (definitions.md 7.10).
///
/// Not needed is a channel that no kept weight on a way to the output takes, and one whose value is one constant
/// that those who take it can have in their biases instead: nothing of the input reaches it, and no convolution
/// takes it whose zero padding would replace the constant at the border (0 itself may be taken so). Channels that a sum
/// adds, those of a grouped convolution, of a shortcut that brings channels of zeros, and those that a normalisation
/// takes together stay or go together; inputs and outputs of the network stay, and of every layer one channel at least.
struct ChannelsLeft {
    std::vector<std::vector<std::uint8_t>> stays;  ///< [nodes][channels of the output] 1 for those that stay
    /// [nodes][channels of the output] the value of a channel that nothing of the input reaches; NaN of all others.
    std::vector<std::vector<double>> constants;
    std::size_t cut_off = 0;  ///< channels of layers with weights without a way from the input that stay all the same
    std::size_t at_borders = 0;  ///< constants that a zero-padded convolution takes, which therefore stay
};

/// By the weights that are kept and not 0, in evaluation mode. O(weights), a few times.
ChannelsLeft channels_left(const NetworkSpec& spec, const Network<float>& network);

}  // namespace espalier::nn
