#pragma once

#include <cstddef>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/nn/models/spec.hpp>

namespace espalier::training {

/// Multiply-adds of a forward pass of one sample where channels, or neurons, that masks cut off are taken out of the
/// network and all that is left is computed densely: what a machine without sparse kernels could make of the masks.
///
/// A channel is cut off where no path of kept weights leads from the input to it, or none from it to the output. Those
/// that a sum ties stay or go together; inputs and outputs of the network stay. What a channel without inputs gives is
/// a constant, from biases and shifts, and counts as folded into what follows. Normalisations over channels of a
/// sample keep all of theirs.
/// @param masks  one for each weight of the network
/// Cost: O(edges).
std::size_t rebuilt_multiply_adds(const nn::NetworkSpec& spec, const std::vector<Pattern>& masks);

}  // namespace espalier::training
