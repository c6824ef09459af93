#pragma once

#include <span>
#include <vector>

#include <espalier/topology/assignment/cost_matrix.hpp>

namespace espalier::topology {

/// Prices near those of an optimal assignment, for solve_assignment to begin with: an auction whose steps shrink.
///
/// In each round every row bids for its cheapest column and puts the holder out; a price falls by what the bidder's
/// second choice costs more, and the step. With a step of 0 long fights over columns of nearly equal worth move prices
/// by next to nothing, and paths that search one after the other visit most of the matrix; so it is for costs of low
/// rank, as of units that feed ten outputs. Steps let prices pass such a plain in a few bids; the next, smaller ones
/// mend what that distorts.
///
/// Whatever comes out is valid as a start: it decides how long the exact solver takes and nothing else.
///
/// @param costs  square, finite
/// @param price  to begin with; [size], or empty: 0
/// @param first_step, last_step  above 0, in units of the costs; each round's step is `shrink` of the one before
/// Cost: a row of costs a bid; some 10 bids a row and round, at most 50.
/// Source: Bertsekas, "The auction algorithm: a distributed relaxation method for the assignment problem", Annals of
/// Operations Research 14 (1988); epsilon scaling.
std::vector<double> auction_prices(const CostMatrix& costs, std::span<const double> price, double first_step,
                                   double last_step, double shrink = 0.1);

}  // namespace espalier::topology
