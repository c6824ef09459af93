#pragma once

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>

namespace espalier::topology {

/// N:M sparsity along the inputs: of every `group` consecutive inputs of an output exactly `kept`, every choice equally
/// likely. With one group as wide as the layer: constant fan-in.
///
/// @param cols  inputs; a convolution's are flat (in, kh, kw)
/// @throws ConfigError where the groups do not divide the inputs, naming both; where kept > group
/// Cost: O(edges + inputs a group). Source: definitions.md 2.19 (`nm:N,M`), axis `inputs`.
Pattern n_of_m(std::size_t rows, std::size_t cols, std::size_t kept, std::size_t group, Stream& stream);

}  // namespace espalier::topology
