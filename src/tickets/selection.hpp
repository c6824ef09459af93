#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include <espalier/topology/superposition/prune_to.hpp>

/// Superpositions whose members are chosen by how well the result does on validation data. They see the data through a
/// callback alone, so that no search can touch the test set.
namespace espalier::tickets {

/// Validation accuracy of a network.
using Score = std::function<double(const topology::StoredNetwork&)>;

/// One network that a search has scored.
struct Trial {
    std::size_t member = 0;    ///< the one that is new in it
    double coefficient = 0.0;  ///< its part
    double accuracy = 0.0;     ///< on validation data
    bool accepted = false;
};

/// What a search ends with.
struct Selected {
    topology::StoredNetwork network;
    double validation_accuracy = 0.0;
    /// Each member's part, 0 of those that have none; sums to 1. What pruning in between takes away is not in it.
    std::vector<double> coefficients;
    std::vector<Trial> trials;  ///< in the order in which they were scored
};

}  // namespace espalier::tickets
