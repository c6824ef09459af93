#include <espalier/topology/alignment/alignment_start.hpp>
#include <espalier/topology/alignment/unit_assignment.hpp>
#include <espalier/topology/alignment/unit_similarity.hpp>
#include <espalier/topology/alignment/unit_states.hpp>

namespace espalier::topology {
namespace {

Permutations chain(const PairedNetworks& pair, bool forward) {
    const std::size_t count = pair.groups.size();
    Permutations permutations(count);  // empty: not placed, does not count
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t group = forward ? k : count - 1 - k;
        permutations[group] =
            assign_units(unit_costs(pair, group, permutations), {}, identity_permutation(pair.groups[group].size))
                .column;
    }
    return permutations;
}

Permutations by_states(const PairedNetworks& pair) {
    const UnitStates states(pair);
    Permutations permutations;
    for (std::size_t group = 0; group < pair.groups.size(); ++group) {
        const Permutation identity = identity_permutation(pair.groups[group].size);
        permutations.push_back(assign_units(states.costs(group), {}, identity).column);
    }
    return permutations;
}

}  // namespace

std::vector<AlignmentStart> all_alignment_starts() {
    return {AlignmentStart::identity, AlignmentStart::forward, AlignmentStart::backward, AlignmentStart::states};
}

Permutations start_permutations(const PairedNetworks& pair, AlignmentStart start) {
    switch (start) {
        case AlignmentStart::forward:
            return chain(pair, true);
        case AlignmentStart::backward:
            return chain(pair, false);
        case AlignmentStart::states:
            return by_states(pair);
        case AlignmentStart::identity:
            break;
    }
    return identity_permutations(pair.groups);
}

}  // namespace espalier::topology
