#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/topology/alignment/unit_groups.hpp>

namespace espalier::topology {

/// Where units come from: place i is taken by unit permutation[i].
using Permutation = std::vector<std::uint32_t>;
/// One for each group of a network (unit_groups.hpp).
using Permutations = std::vector<Permutation>;

/// Every unit where it is.
Permutation identity_permutation(std::size_t size);
/// The same for each group.
Permutations identity_permutations(const std::vector<UnitGroup>& groups);

/// Puts back what the permutation moved.
Permutation inverse(const Permutation& permutation);
/// The same, group by group.
Permutations inverse(const Permutations& permutations);

/// First `first`, then `second`: place i is taken by first[second[i]].
Permutation composed(const Permutation& first, const Permutation& second);
/// The same, group by group.
Permutations composed(const Permutations& first, const Permutations& second);

/// Units of a group whose place is another's.
std::size_t moved_units(const Permutation& permutation);

/// The network with its hidden units in other places: masks, weights and all other arrays of a unit move along, so that
/// it computes what it did. Label and source stay.
/// @throws FormatError where there are not as many permutations as groups, or one is none of its group's units
/// Cost: O(edges log(fan-in)), rows dealt to threads.
StoredNetwork permuted(const StoredNetwork& network, const Permutations& permutations);
/// The same where the groups of the network are known already (unit_groups()).
StoredNetwork permuted(const StoredNetwork& network, const std::vector<UnitGroup>& groups,
                       const Permutations& permutations);

}  // namespace espalier::topology
