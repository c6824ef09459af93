#pragma once

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>

namespace espalier::topology {

/// Cyclic shifts of one random set of offsets: output j has the inputs (floor(j inputs / outputs) + o_a) mod inputs.
///
/// Every output has floor(edges / outputs) offsets. What is left of the count goes, as one more offset, to outputs that
/// lie evenly among the others, so that the number of edges is exact. Where inputs = outputs and the count divides, all
/// degrees are equal; else fan-outs follow from the offsets.
///
/// @throws ConfigError where there are more edges than positions
/// Cost: O(edges log(fan-in)). Source: definitions.md 2.18.
Pattern circulant(std::size_t rows, std::size_t cols, std::size_t edges, Stream& stream);

}  // namespace espalier::topology
