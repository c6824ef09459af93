#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>

namespace espalier {

/// One topology update of one layer: the new pattern, and for every kept weight where its value was before.
///
/// Every array that holds one entry per weight (values, gradients, momentum, moments, ages) follows through the same
/// remap, which is what keeps them aligned.
struct PatternUpdate {
    static constexpr std::uint32_t grown_here = ~std::uint32_t{0};

    Pattern pattern;
    /// [edges] old position of each new position, or grown_here.
    std::vector<std::uint32_t> source;
    std::size_t dropped = 0;  ///< positions of the old pattern that are gone
    std::size_t grown = 0;    ///< positions that were not in the old pattern

    /// The update that leads from one pattern to another of the same shape. O(edges), rows dealt to threads.
    /// @throws FormatError where the shapes differ; ConfigError for an old pattern of 2^32 - 1 weights or more
    static PatternUpdate between(const Pattern& from, Pattern to);

    /// Moves the survivors to their new places; grown positions get `fill`.
    template <class Vector>
    void apply(Vector& values, typename Vector::value_type fill) const {
        Vector scratch;
        apply(values, fill, scratch);
    }
    /// The same with memory to work in, which the old values leave behind: several arrays in turn need it once.
    template <class Vector>
    void apply(Vector& values, typename Vector::value_type fill, Vector& scratch) const {
        if (values.empty()) values.resize(1);  // something to read where all is new
        scratch.resize(source.size());
        for_row_runs(source.size(), source.size(), [&](std::size_t begin, std::size_t end) {
            // Without a branch, which nobody could foresee: what grew reads the first value and does not use it.
            for (std::size_t k = begin; k < end; ++k) {
                const bool is_new = source[k] == grown_here;
                const auto value = values[is_new ? 0 : source[k]];
                scratch[k] = is_new ? fill : value;
            }
        });
        std::swap(values, scratch);
    }
};

}  // namespace espalier
