#pragma once

#include <vector>

#include <espalier/topology/spectral/leading_pair.hpp>

namespace espalier::topology {

/// The part of a layer whose inputs all have one degree, with all their edges.
struct LeftRegular {
    std::size_t degree = 0;
    Pattern pattern;             ///< [inputs of this degree x outputs]: seen from the inputs, which are numbered anew
    std::vector<double> values;  ///< one per edge, where the layer has any
};

/// One for every degree that at least `least_members` inputs share, degrees ascending.
/// Cost: O(edges + inputs).
std::vector<LeftRegular> left_regular_subgraphs(const Biadjacency& layer, std::size_t least_members = 3);

/// The leading pairs of those with why_no_bound() == nothing; subgraphs are dealt to threads.
std::vector<LeadingPair> left_regular_pairs(const Biadjacency& layer);

}  // namespace espalier::topology
