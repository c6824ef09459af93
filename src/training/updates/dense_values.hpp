#pragma once

#include <cmath>
#include <cstddef>
#include <span>

#include <espalier/base/memory/aligned.hpp>
#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/nn/parameters/masked_weight.hpp>

/// A layer's kept weights, and the array of one number for every position that a method holds beside them.
namespace espalier::training {

/// Calls body(place in the pattern's arrays, flat position) for all edges, rows dealt to threads.
template <class Body>
void for_each_edge(const Pattern& pattern, const Body& body) {
    for_row_runs(pattern.rows(), pattern.edges(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            std::size_t place = pattern.row_begin(row);
            for (const std::uint32_t col : pattern.row(row)) body(place++, row * pattern.cols() + col);
        }
    });
}

/// Kept weights to their positions.
inline void scatter(const nn::MaskedWeight<float>& from, AlignedVector<float>& dense) {
    for_each_edge(from.pattern(),
                  [&](std::size_t place, std::size_t flat) { dense[flat] = from.parameter().values[place]; });
}

/// Kept weights from their positions.
inline void gather(const AlignedVector<float>& dense, nn::MaskedWeight<float>& to) {
    for_each_edge(to.pattern(),
                  [&](std::size_t place, std::size_t flat) { to.parameter().values[place] = dense[flat]; });
}

inline double sum_of_squares(std::span<const float> values) {
    double sum = 0.0;
    for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
    return sum;
}

/// By this a dense draw is multiplied so that the weights that are kept of it sum up to the squares of all: the signal
/// keeps its variance.
inline float variance_factor(std::span<const float> dense, std::span<const float> kept) {
    const double squares = sum_of_squares(kept);
    return static_cast<float>(squares > 0.0 ? std::sqrt(sum_of_squares(dense) / squares) : 1.0);
}

}  // namespace espalier::training
