#pragma once

#include <vector>

#include <espalier/tickets/predictions.hpp>

namespace espalier::tickets {

/// How far two networks say the same about the same examples.
struct Agreement {
    double agreement = 0.0;   ///< share of examples with the same predicted class
    double divergence = 0.0;  ///< mean over examples and both orders of KL(p_a || p_b), natural logarithm
};

/// @throws FormatError where they predict different examples
Agreement agreement(const Predictions& a, const Predictions& b);

/// How much the members of an ensemble differ: means over all pairs (FreeTickets; definitions.md 5.9).
struct Diversity {
    double disagreement = 0.0;  ///< share of examples with different predicted classes
    double divergence = 0.0;    ///< as in Agreement
};

/// NaN for a single member.
Diversity diversity(const std::vector<Predictions>& members);

}  // namespace espalier::tickets
