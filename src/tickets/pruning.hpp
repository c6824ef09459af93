#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::tickets {

/// Which weights of a trained network are removed to make a ticket's mask (definitions.md 4.1).
struct Pruning {
    bool by_layer = false;       ///< each layer loses its own share; else one ranking of all layers
    bool at_random = false;      ///< any weights, not the smallest: a control
    bool count_ignored = false;  ///< of one ranking: the share is of the weights of layers left alone, too
    /// One per layer: what the share is multiplied by. 1, 0.5 (the output layer of LeNet in the original work), or 0:
    /// the layer is left alone, and not counted. Others than 0 and 1 are for by_layer.
    std::vector<double> rates;
};

/// How many weights `fraction` of the kept ones are: ceil(fraction * kept), a product that only rounding lifts above a
/// whole number counting as that (0.07 * 100 is 7, not 8).
std::size_t share_of(double fraction, std::size_t kept);

/// How many weights each group loses: of by_layer one group a layer, else one of all layers that are not left alone.
/// @param kept      weights of each layer
/// @param fraction  in [0, 1]
std::vector<std::size_t> removals(const std::vector<std::size_t>& kept, double fraction, const Pruning& pruning);

/// The same where a density is asked for: each group keeps round(density * positions), or what it has where that is
/// less. rates other than 0 count as 1.
std::vector<std::size_t> removals_to(const std::vector<std::size_t>& kept, const std::vector<std::size_t>& positions,
                                     double density, const Pruning& pruning);

/// The masks that are left when each group has lost so many of its weights: those smallest in absolute value, of equal
/// ones those with the higher (layer, flat index), so exactly as many as asked for (definitions.md 1.2). Subsets of the
/// masks that the network has.
///
/// Source: Frankle and Carbin, "The lottery ticket hypothesis", ICLR 2019, section 2 (by layer), and its appendix I
/// (all layers together). open_lth keeps |w| > the threshold and so removes one weight more, and all that are equal.
/// Cost: O(kept weights), dealt to threads; 5 bytes per kept weight.
/// @param removed       as removals() has it, each at most what its group has
/// @param seed, number  name the random choice
/// @throws NumericError where a weight is NaN; FormatError where a layer that loses weights has no values
std::vector<Pattern> pruned_masks(const topology::Topology& trained, const std::vector<std::size_t>& removed,
                                  const Pruning& pruning, std::uint64_t seed, std::uint64_t number);

}  // namespace espalier::tickets
