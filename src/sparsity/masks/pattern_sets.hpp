#pragma once

#include <espalier/base/patterns/pattern.hpp>

/// Masks of one shape as sets of positions. O(edges + rows), rows dealt to threads.
namespace espalier::sparsity {

/// What either mask keeps; they may overlap.
Pattern united(const Pattern& a, const Pattern& b);

/// What `a` keeps and `b` does not.
Pattern without(const Pattern& a, const Pattern& b);

}  // namespace espalier::sparsity
