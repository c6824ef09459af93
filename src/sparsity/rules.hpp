#pragma once

#include <functional>
#include <span>
#include <vector>

#include <espalier/base/named.hpp>
#include <espalier/base/pattern.hpp>
#include <espalier/base/random.hpp>

namespace espalier::sparsity {

/// What a drop rule may look at: one layer after the optimizer step, its gradient from before it.
struct DropContext {
    const Pattern& pattern;
    std::span<const float> values;    ///< [edges]
    std::span<const float> gradient;  ///< [edges]
    Stream stream;
};

/// Scores the kept weights; those with the lowest scores are dropped, of equal scores the higher positions.
struct DropRule : Named {
    std::function<void(const DropContext&, std::span<float> scores)> score;
};

/// Rows of a layer's dense gradient, computed on demand: fills rows [first, first + count), row-major. Thread-safe.
/// What a whole matrix would be never exists, and several machines could each add their share to a block.
using GradientRows = std::function<void(std::size_t first, std::size_t count, std::span<float> rows)>;

/// What a grow rule may look at.
struct GrowContext {
    const Pattern& kept;  ///< after dropping; every other position is a candidate, those just dropped too
    GradientRows gradient_rows;
    Stream stream;
};

/// Chooses exactly `count` absent positions, as a mask of their own.
struct GrowRule : Named {
    bool needs_gradient = false;
    std::function<Pattern(const GrowContext&, std::size_t count)> choose;
};

const std::vector<DropRule>& drop_rules();
const std::vector<GrowRule>& grow_rules();

// The rules, one file each; the tables in rules.cpp are the only other place that knows them.
DropRule drop_magnitude();
GrowRule grow_random();
GrowRule grow_gradient();

}  // namespace espalier::sparsity
