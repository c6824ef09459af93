#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/sparsity/rules/rules.hpp>

namespace espalier::sparsity {

/// The neurons on both sides of a layer that were not pruned, and the layer between these alone: the positions that are
/// left, in the order they had. 4 bytes per neuron, whatever the layer's size.
class LivingNeurons {
  public:
    /// @param dead_outputs [rows] not 0 for a pruned neuron
    /// @param dead_inputs  [cols]
    LivingNeurons(std::span<const std::uint8_t> dead_outputs, std::span<const std::uint8_t> dead_inputs);

    std::size_t all_rows() const { return all_rows_; }
    std::size_t all_cols() const { return place_of_col_.size(); }

    /// A mask of the layer between the living, [living outputs x living inputs]; what others keep is left out.
    Pattern among(const Pattern& mask) const;
    /// A mask between the living as one of the whole layer.
    Pattern back(const Pattern& mask) const;

    /// Rows of a whole layer's numbers as those of the layer between the living. What is given must outlive the result.
    PositionRows among(const PositionRows& rows) const;
    PositionScores among(const PositionScores& scores) const;

  private:
    static constexpr std::uint32_t dead = ~std::uint32_t{0};

    std::size_t all_rows_;
    std::vector<std::uint32_t> rows_;          // living outputs
    std::vector<std::uint32_t> cols_;          // living inputs
    std::vector<std::uint32_t> place_of_row_;  // in rows_, or dead
    std::vector<std::uint32_t> place_of_col_;
};

}  // namespace espalier::sparsity
