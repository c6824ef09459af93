#pragma once

#include <cstddef>

#include <espalier/tickets/ticket_evaluation.hpp>
#include <espalier/topology/alignment/weight_matching.hpp>

namespace espalier::tickets {

/// How alike two units' activations are.
enum class ActivationLikeness {
    correlation,    ///< of activations about their means, over their norms; 0 where a unit never changes
    inner_product,  ///< as they are: units that are much active count for more
};

struct ActivationOptions {
    std::size_t samples = 2048;  ///< first examples of the training part, at most
    ActivationLikeness likeness = ActivationLikeness::correlation;
};

/// Activation matching: permutations of the moved network's hidden units with which they react to training examples
/// most like the reference's. Activations are those behind the nonlinearity; each group is one assignment, solved
/// exactly, that no other group changes, so nothing is repeated. Units that are as alike where they are stay.
///
/// The result is that of topology::align(), whose objective here is the sum over units of their likeness.
///
/// @throws ConfigError where a network is not of the configured model (Evaluation::build); FormatError as
///         topology::unit_groups; NumericError where an activation is not finite
/// Cost: two passes over the examples, units^2 * samples multiply-adds a group. Memory: both networks' hidden
/// activations, 4 bytes per unit and sample, and 16 bytes per pair of units of the largest group.
/// Source: Li et al., "Convergent learning", ICLR 2016 (correlation); Ainsworth et al., "Git Re-Basin", ICLR 2023,
/// section 3.1 (inner product); definitions.md 5.8.
topology::Alignment match_activations(const Evaluation& evaluation, const topology::StoredNetwork& reference,
                                      const topology::StoredNetwork& moved, const ActivationOptions& options = {});

}  // namespace espalier::tickets
