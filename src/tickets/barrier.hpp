#pragma once

#include <functional>
#include <vector>

#include <espalier/topology/files/stored_network.hpp>
#include <espalier/training/trainer/evaluation.hpp>

namespace espalier::tickets {

/// One place on the straight line between two networks: share * first + (1 - share) * second.
struct LinePoint {
    double share = 0.0;  ///< of the first network, in [0, 1]
    double loss = 0.0;
    double accuracy = 0.0;
};

/// What stands between two networks on the straight line in weight space.
struct Barrier {
    /// The most by which the loss lies above the straight line between the ends' losses; at least 0, which it is at the
    /// ends.
    double loss = 0.0;
    double loss_at = 0.0;  ///< the share where that is; of equal ones the smallest
    /// The most by which the accuracy lies below the line between the ends' accuracies; at least 0.
    double accuracy = 0.0;
    double accuracy_at = 0.0;
    /// Instability: the largest error on the line minus the mean of the ends' errors.
    double error = 0.0;

    /// Frankle et al.'s criterion: the error rises by less than 2 points.
    bool is_linearly_connected() const { return error < 0.02; }
};

/// Source: Frankle et al., "Linear mode connectivity and the lottery ticket hypothesis", ICML 2020; definitions.md 4.4.
/// @pre the first point has share 0, the last share 1
Barrier barrier(const std::vector<LinePoint>& line);

/// Scores `points` networks at equal distances, both ends included; absent weights count as 0.
/// @param score  of a network, on whatever part of the data is asked about
/// @throws ConfigError for fewer than two points
/// Cost: `points` scores, each beside O(edges).
std::vector<LinePoint> line_between(const topology::StoredNetwork& first, const topology::StoredNetwork& second,
                                    std::size_t points,
                                    const std::function<training::Score(const topology::StoredNetwork&)>& score);

}  // namespace espalier::tickets
