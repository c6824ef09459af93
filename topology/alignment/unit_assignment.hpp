#pragma once

#include <span>

#include <espalier/topology/assignment.hpp>

namespace espalier::topology {

/// The cheapest assignment of a group's units (unit_costs): exact, its dual variables prove it. Prices come from an
/// auction first, which makes costs of low rank as quick as others.
///
/// @param column_dual  of this group's assignment before, [size]; empty: none
/// @param column       where units are, [size]: kept where equally cheap, as far as prices show it
/// Cost: 4096 units take about half a second at first, a fifth with prices of similar costs.
Assignment assign_units(const CostMatrix& costs, std::span<const double> column_dual,
                        std::span<const std::uint32_t> column);

}  // namespace espalier::topology
