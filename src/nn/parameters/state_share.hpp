#pragma once

#include <cstddef>

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::nn {

/// Elements [begin, end) of a parameter.
struct ElementRange {
    std::size_t begin = 0;
    std::size_t end = 0;

    std::size_t size() const { return end - begin; }
};

/// Which part of the optimizer's state a rank holds, where several share it: of a matrix some rows, so that a weight's
/// state stays with the rank whatever topology updates do to its row; of other arrays some elements.
struct StateShare {
    std::size_t part = 0;
    std::size_t parts = 1;

    bool is_all() const { return parts == 1; }
    /// Of an array.
    ElementRange of(std::size_t size) const { return {size * part / parts, size * (part + 1) / parts}; }
    /// Of the weights that a pattern keeps.
    ElementRange of(const Pattern& pattern) const {
        const ElementRange rows = of(pattern.rows());
        return {pattern.row_begin(rows.begin),
                rows.end == pattern.rows() ? pattern.edges() : pattern.row_begin(rows.end)};
    }
};

}  // namespace espalier::nn
