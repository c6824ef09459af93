#pragma once

#include <vector>

#include <espalier/topology/alignment/paired_networks.hpp>
#include <espalier/topology/alignment/permutation.hpp>

namespace espalier::topology {

/// Where a descent over permutations begins.
enum class AlignmentStart {
    identity,  ///< every unit where it is
    forward,   ///< group by group from the inputs, each by what leads to it from groups placed before
    backward,  ///< the same from the outputs
    states,    ///< by what surrounds each unit near and far (unit_states.hpp), all groups at once
};

/// Every start there is.
std::vector<AlignmentStart> all_alignment_starts();

/// Cost: of a chain one assignment a group.
Permutations start_permutations(const PairedNetworks& pair, AlignmentStart start);

}  // namespace espalier::topology
