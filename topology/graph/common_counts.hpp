#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/topology/graph/bit_rows.hpp>

namespace espalier::topology {

/// Counts how many inputs an outside set of inputs shares with every output neuron of one layer: one row of the sparse
/// product A^T B.
class CommonCounts {
  public:
    /// @param layer  [outputs x inputs]
    explicit CommonCounts(const Pattern& layer);

    /// Outputs of the layer.
    std::size_t outputs() const { return degrees_.size(); }
    /// Fan-in of each output.
    std::span<const std::uint32_t> degrees() const { return degrees_; }

    /// counts[b] = how many of `inputs` are inputs of output b.
    /// @param inputs  distinct, below the layer's inputs, any order
    /// @param counts  [outputs], overwritten
    /// Cost: the sum over `inputs` of min(fan-out, outputs - fan-out) + outputs, or with bit sets outputs * layer's
    /// inputs / 64, whichever is less for an average set: layers of any density are cheap.
    void count(std::span<const std::uint32_t> inputs, std::span<std::uint32_t> counts) const;

  private:
    /// Of each input the outputs it feeds, or, where that is more than half of them, those it does not feed.
    std::vector<std::size_t> offsets_{0};
    std::vector<std::uint32_t> listed_;
    std::vector<char> lists_missing_;
    std::vector<std::uint32_t> degrees_;
    std::optional<BitRows> bits_;  // where that is the faster way
};

}  // namespace espalier::topology
