#pragma once

#include <cstddef>

#include <espalier/sparsity/rules/rules.hpp>

namespace espalier::sparsity {

/// For every group of `size` consecutive positions of a row as many positions not taken as its members of `before` that
/// are not `kept`: those whose numbers are largest in absolute value, of equal ones the lower positions. So a mask of N
/// in every group stays one.
/// Cost: one row of numbers at a time and thread; O(positions log size).
/// @throws NumericError where a number is NaN
Pattern best_in_groups(const GrowContext& context, const Pattern& kept, std::size_t size);

/// Rows of uniform random numbers, one for each position, for rules that rank by nothing.
PositionRows random_rows(std::size_t cols, const Stream& stream);

}  // namespace espalier::sparsity
