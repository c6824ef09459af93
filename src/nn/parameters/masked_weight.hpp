#pragma once

#include <optional>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/patterns/pattern_update.hpp>
#include <espalier/kernels/sparse_product.hpp>
#include <espalier/nn/parameters/parameter.hpp>
#include <espalier/nn/parameters/transposed_layout.hpp>

namespace espalier::nn {

/// A layer's weights: a pattern, one value a kept position, and what kernels derive from the pattern.
///
/// Values, gradient and optimizer state follow the pattern through one remap (apply); the transposed layout is derived
/// from the pattern and nowhere else. A full pattern stores no indices and no transposed layout.
/// Memory: 12 bytes of indices an edge beside the arrays (4 by rows, 8 transposed), none when full.
template <class T>
class MaskedWeight {
  public:
    /// @param pattern [outputs x inputs]; values are zero
    /// @param shape   of the tensor, whose sides behind the first make up the inputs; empty: [outputs, inputs]
    explicit MaskedWeight(Pattern pattern, std::vector<std::size_t> shape = {});

    const Pattern& pattern() const { return pattern_; }
    /// [outputs, inputs]; [output channels, input channels of a group, height, width].
    const std::vector<std::size_t>& shape() const { return shape_; }
    Parameter<T>& parameter() { return parameter_; }
    const Parameter<T>& parameter() const { return parameter_; }

    /// The weights as the forward product reads them; only of a stored (not full) pattern.
    kernels::SparseMatrix<T> matrix() const;
    /// The weights as the input gradient reads them: rows are inputs; values stay where they are. The layout is made
    /// when it is first asked for: a network's first layer never needs it. Threads may ask side by side.
    kernels::SparseMatrix<T> transposed() const;

    /// Gives back the transposed layout's 8 bytes per edge, which a topology update may use meanwhile.
    void release_transposed() { transposed_.reset(); }

    /// Holds a share of the optimizer's state from now on; what there was is lost.
    void share_state(const StateShare& share);

    /// Follows a topology update: survivors keep value and state, grown weights start at zero with zero state.
    /// Memory: with the transposed layout released, never more than before that (two arrays of 4 bytes per edge).
    /// @param keep_gradient false where nobody reads the gradient before the next backward pass: its entries then mean
    /// nothing
    void apply(PatternUpdate update, bool keep_gradient = true);

    /// Takes another pattern as it is, all arrays zero: when a checkpoint is read.
    void reset(Pattern pattern);

    /// The pattern is some rows of a larger weight, whose others are elsewhere (graph/neuron_dealing.hpp).
    /// @param rows  of all
    /// @param kept  of all
    void be_rows_of(std::size_t rows, std::size_t kept) { whole_ = {rows, kept}; }
    /// Weights that are kept, and all positions: of the larger weight, where it is some rows of one.
    std::size_t kept() const { return whole_.rows == 0 ? pattern_.edges() : whole_.kept; }
    std::size_t positions() const { return (whole_.rows == 0 ? pattern_.rows() : whole_.rows) * pattern_.cols(); }

    /// Weights, gradient, optimizer state and indices together.
    std::size_t bytes() const;

  private:
    struct Whole {
        std::size_t rows = 0;  ///< 0: the pattern is all there is
        std::size_t kept = 0;
    };

    Pattern pattern_;
    Whole whole_;
    std::vector<std::size_t> shape_;
    Parameter<T> parameter_{"values", Role::weight};
    StateShare share_;
    mutable std::optional<TransposedLayout> transposed_;  // empty until asked for
};

}  // namespace espalier::nn
