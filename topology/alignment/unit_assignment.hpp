#pragma once

#include <span>

#include <espalier/topology/assignment/assignment.hpp>

namespace espalier::topology {

/// The cheapest assignment of a group's units (unit_costs): exact, its dual variables prove it. Prices come from an
/// auction first, which makes costs of low rank as quick as others; its first step is as large as what rows pay too
/// much for the columns they have, so that prices of similar costs save its first rounds.
///
/// @param column_dual  of this group's assignment before, [size]; empty: none
/// @param column       where units are, [size]: kept where equally cheap, as far as prices show it
/// Cost: of 4096 units about half a second at first, half of that with prices of similar costs (benchmarks.md).
Assignment assign_units(const CostMatrix& costs, std::span<const double> column_dual,
                        std::span<const std::uint32_t> column);

}  // namespace espalier::topology
