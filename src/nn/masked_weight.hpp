#pragma once

#include <cstdint>
#include <vector>

#include <espalier/base/pattern.hpp>
#include <espalier/base/pattern_update.hpp>
#include <espalier/kernels/sparse_product.hpp>
#include <espalier/nn/parameter.hpp>

namespace espalier::nn {

/// A layer's weights: a pattern, one value a kept position, and what kernels derive from the pattern.
///
/// Values, gradient and optimizer state follow the pattern through one remap (apply); the transposed layout is derived
/// there and nowhere else. A full pattern stores no indices and no transposed layout.
/// Memory: 12 bytes of indices an edge beside the arrays (4 by rows, 8 transposed), none when full.
template <class T>
class MaskedWeight {
  public:
    /// @param pattern [outputs x inputs]; values are zero
    explicit MaskedWeight(Pattern pattern);

    const Pattern& pattern() const { return pattern_; }
    Parameter<T>& parameter() { return parameter_; }
    const Parameter<T>& parameter() const { return parameter_; }

    /// The weights as the forward product reads them; only of a stored (not full) pattern.
    kernels::SparseMatrix<T> matrix() const;
    /// The weights as the input gradient reads them: rows are inputs; values stay where they are.
    kernels::SparseMatrix<T> transposed() const;

    /// Gives back the transposed layout's 8 bytes an edge, which a topology update may use meanwhile. Until apply() or
    /// reset() there is no input gradient.
    void release_transposed();

    /// Follows a topology update: survivors keep value and state, grown weights start at zero with zero state.
    /// Memory: with the transposed layout released, never more than before that (two arrays of 4 bytes an edge).
    void apply(PatternUpdate update);

    /// Takes another pattern as it is, all arrays zero: when a checkpoint is read.
    void reset(Pattern pattern);

    /// Weights, gradient, optimizer state and indices together.
    std::size_t bytes() const;

  private:
    void derive();

    Pattern pattern_;
    Parameter<T> parameter_{"values"};
    std::vector<std::uint64_t> by_input_offsets_;    // [inputs + 1]
    std::vector<std::uint32_t> by_input_rows_;       // [edges]
    std::vector<std::uint32_t> by_input_positions_;  // [edges] place of each edge's value
};

}  // namespace espalier::nn
