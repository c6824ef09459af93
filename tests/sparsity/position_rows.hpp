#pragma once

#include <algorithm>
#include <vector>

#include <espalier/sparsity/rules/rules.hpp>

namespace espalier::testing {

/// A dense matrix of numbers as the hook that rules are given; the matrix must outlive it.
inline sparsity::PositionRows rows_of(const std::vector<float>& matrix, std::size_t cols) {
    return [&matrix, cols](std::size_t first, std::size_t count, std::span<float> rows) {
        std::copy_n(matrix.begin() + static_cast<std::ptrdiff_t>(first * cols), count * cols, rows.begin());
    };
}

}  // namespace espalier::testing
