#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/base/pattern.hpp>

namespace espalier::topology {

/// Counts how many inputs an outside set of inputs shares with every output neuron of one layer: one row of the sparse
/// product A^T B.
class CommonCounts {
  public:
    /// @param layer  [outputs x inputs]
    explicit CommonCounts(const Pattern& layer);

    std::size_t outputs() const { return degrees_.size(); }
    /// Fan-in of each output.
    std::span<const std::uint32_t> degrees() const { return degrees_; }

    /// counts[b] = how many of `inputs` are inputs of output b.
    /// @param inputs  distinct, below the layer's inputs, any order
    /// @param counts  [outputs], overwritten
    /// Cost: the sum over `inputs` of min(fan-out, outputs - fan-out) + outputs, so dense layers are cheap too.
    void count(std::span<const std::uint32_t> inputs, std::span<std::uint32_t> counts) const;

  private:
    /// Of each input the outputs it feeds, or, where that is more than half of them, those it does not feed.
    std::vector<std::size_t> offsets_{0};
    std::vector<std::uint32_t> listed_;
    std::vector<char> lists_missing_;
    std::vector<std::uint32_t> degrees_;
};

}  // namespace espalier::topology
