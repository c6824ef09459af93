#pragma once

#include <string>

#include <espalier/sparsity/rules/rules.hpp>

namespace espalier::sparsity {

/// The `count` positions not taken whose numbers are largest in absolute value, of equal ones the lower positions.
///
/// Rows come block by block, and what cannot be among the best is thrown away at once: O(count) memory and a block of
/// rows for every thread.
/// @param what  names the numbers in errors: "grow rule gradient: a gradient"
/// @throws NumericError where a number is NaN
Pattern best_absent(const GrowContext& context, std::size_t count, const std::string& what);

/// The same, but where fewer positions than that have a number other than 0, and the options say so, the rest are drawn
/// from the others by the context's stream (definitions.md 3.8).
Pattern best_by_gradient(const GrowContext& context, std::size_t count, const std::string& what);

}  // namespace espalier::sparsity
