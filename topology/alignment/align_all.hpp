#pragma once

#include <vector>

#include <espalier/topology/alignment/weight_matching.hpp>

namespace espalier::topology {

/// Many networks with each other.
struct MutualAlignment {
    std::vector<Permutations> permutations;  ///< of each network
    /// Sum over pairs of networks of what both have in common (Alignment::objective), at the start and after each
    /// round over the networks; never falls.
    std::vector<double> history;
    bool is_converged = false;  ///< none could be improved alone
};

/// Every network aligned to the mean of the others, again and again until none can be improved: no member is preferred.
///
/// All begin aligned to the first, which keeps its places throughout: permuting all alike changes nothing. A network
/// takes new places only where it then has more in common with the sum of the others, so the sum over pairs rises with
/// each change. The mean is held on the union of masks.
///
/// @param networks  at least one
/// @throws as align(); ConfigError where there is none
/// Cost: align() a network and round; memory: a network on the union of all masks.
/// Source: Ainsworth et al., "Git Re-Basin", ICLR 2023, algorithm 3 (MergeMany). We differ: networks in their order
/// instead of at random, and the first stays.
MutualAlignment align_all(const std::vector<StoredNetwork>& networks, const AlignmentOptions& options = {},
                          std::size_t max_rounds = 20);

}  // namespace espalier::topology
