#pragma once

#include <vector>

#include <espalier/tickets/ticket.hpp>

namespace espalier::tickets {

/// How far two masks, and the weights on them, are the same position by position (definitions.md 4.3).
struct Overlap {
    double iou = 0.0;             ///< |A and B| / |A or B|; 1 where both are empty
    double expected_iou = 0.0;    ///< of independent masks of these densities
    double containment = 0.0;     ///< |A and B| / min(|A|, |B|); 1 where one is empty
    double hamming = 0.0;         ///< positions in one mask alone, over all positions
    double cosine = 0.0;          ///< of the weights as vectors, absent ones 0; NaN where a vector is 0
    double distance = 0.0;        ///< Euclidean, of the weights as vectors
    double sign_agreement = 0.0;  ///< share of the common positions whose weights have one sign; NaN without any
};

struct TicketOverlap {
    std::vector<Overlap> layers;
    Overlap total;  ///< over all positions together, not the mean over the layers
};

/// Where one of them has no weights, what is told of weights is NaN.
/// @pre one architecture
/// Cost: O(edges of both).
TicketOverlap overlap(const topology::Topology& a, const topology::Topology& b);

/// Mean over all pairs of the total IoU: how much the masks of an ensemble's members share. NaN for a single ticket.
double mean_iou(const std::vector<Ticket>& tickets);

}  // namespace espalier::tickets
