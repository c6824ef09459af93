#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <espalier/topology/alignment/alignment_start.hpp>
#include <espalier/topology/alignment/paired_networks.hpp>
#include <espalier/topology/alignment/permutation.hpp>

namespace espalier::topology {

struct AlignmentOptions {
    AlignmentObjective objective = AlignmentObjective::weights;
    bool with_arrays = true;  ///< biases, slopes and so on count, not the weights alone
    std::size_t max_sweeps = 200;
    std::vector<AlignmentStart> starts = all_alignment_starts();
};

/// Hidden units behind one layer, as they were aligned.
struct GroupAlignment {
    std::string name;
    std::size_t size = 0;
    std::size_t moved = 0;  ///< units that change their place
    /// Proven: with the other groups as they are, no permutation of this one agrees more.
    bool is_optimal = false;
};

/// How the second network's hidden units are put into the places of the first's.
struct Alignment {
    /// For each group (unit_groups.hpp) the unit of the moved network that takes each place: permuted(moved,
    /// permutations) is what resembles the reference.
    Permutations permutations;
    double objective = 0;         ///< inner product of both networks' weights, then of their arrays
    double bound = 0;             ///< no permutation reaches more: the product of norms, layer by layer
    std::vector<double> history;  ///< the objective at the start and after each step that improved it; never falls
    std::size_t sweeps = 0;
    bool is_converged = false;  ///< no group can be improved alone
    std::vector<GroupAlignment> groups;
};

/// Weight matching: permutations of the moved network's hidden units that make it agree most with the reference.
///
/// Coordinate descent: with all groups but one fixed, the best permutation of that group is a linear assignment, solved
/// exactly; sweeps go up and down through the groups in turn until none can be improved. A step is taken only where it
/// gains more than rounding can explain, so that the objective never falls and equal units stay where they are. Of the
/// starts the one that agrees most is followed. Deterministic; equal bits for any number of threads.
///
/// A network aligned with itself stays as it is; a network whose units have changed places comes back.
///
/// @throws as pair_networks
/// Cost: a step is unit_costs and an assignment that begins with the prices of the group's last one. Memory: 8 bytes a
/// pair of units of the largest group, 16 an edge.
/// Source: definitions.md 5.7; Ainsworth, Hayase and Srinivasa, "Git Re-Basin", ICLR 2023, section 3.2. We differ:
/// groups in alternating instead of random order, several starts instead of the identity alone.
Alignment align(const StoredNetwork& reference, const StoredNetwork& moved, const AlignmentOptions& options = {});

/// The moved network with its units in the places that align() finds.
StoredNetwork aligned(const StoredNetwork& reference, const StoredNetwork& moved, const AlignmentOptions& options = {});

}  // namespace espalier::topology
