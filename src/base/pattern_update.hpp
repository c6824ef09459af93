#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/base/pattern.hpp>

namespace espalier {

/// One topology update of one layer: the new pattern, and for every kept weight where its value was before.
///
/// Every array that holds one entry a weight (values, gradients, momentum, moments, ages) follows through the same
/// remap, which is what keeps them aligned.
struct PatternUpdate {
    static constexpr std::uint64_t grown_here = ~std::uint64_t{0};

    Pattern pattern;
    /// [edges] old position of each new position, or grown_here.
    std::vector<std::uint64_t> source;
    std::size_t dropped = 0;  ///< positions of the old pattern that are gone
    std::size_t grown = 0;    ///< positions that were not in the old pattern

    /// The update that leads from one pattern to another of the same shape. O(edges).
    /// @throws FormatError where the shapes differ
    static PatternUpdate between(const Pattern& from, Pattern to);

    /// Moves the survivors to their new places; grown positions get `fill`.
    template <class Vector>
    void apply(Vector& values, typename Vector::value_type fill) const {
        Vector moved(source.size());
        for (std::size_t k = 0; k < source.size(); ++k) moved[k] = source[k] == grown_here ? fill : values[source[k]];
        values = std::move(moved);
    }
};

}  // namespace espalier
