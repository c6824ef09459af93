#pragma once

#include <cstdint>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/patterns/position_set.hpp>
#include <espalier/base/random/random.hpp>

namespace espalier::topology {

/// A layer's edges in motion: two edges (output a, input x) and (output b, input y) may become (a, y) and (b, x). All
/// degrees stay as they are.
///
/// Memory: 8 bytes per edge, and at most 32 to know which are there.
class SwapGraph {
  public:
    /// The edges of a layer, [outputs x inputs]. O(edges).
    explicit SwapGraph(const Pattern& pattern);

    /// A multigraph: an edge may occur more than once, until resolve_duplicates().
    /// @param fan_ins  edges of each output
    /// @param inputs   their inputs, output after output
    SwapGraph(std::size_t cols, const std::vector<std::uint32_t>& fan_ins, std::vector<std::uint32_t> inputs);

    /// Swaps every second copy of an edge with a random other edge, so that none is there twice.
    /// @param most_trials  false where they did not suffice
    bool resolve_duplicates(std::uint64_t most_trials, Stream& stream);

    /// Attempts of double edge swaps: two random edges exchange their inputs, unless that makes an edge that is there
    /// already. An attempt that fails counts: only so are all graphs with these degrees equally likely in the end.
    /// @return how many did swap
    std::uint64_t attempt_swaps(std::uint64_t attempts, Stream& stream);

    /// @throws FormatError where duplicates are left
    Pattern pattern() const;

  private:
    std::uint64_t position(std::uint32_t output, std::uint32_t input) const {
        return std::uint64_t{output} * cols_ + input;
    }
    /// Does so if it may.
    bool swap(std::size_t first, std::size_t second);
    /// Whether both edges would be new once the inputs of these two are exchanged.
    bool may_swap(std::size_t first, std::size_t second) const;

    std::size_t cols_;
    std::vector<std::uint64_t> offsets_;  // [outputs + 1], into the edges
    std::vector<std::uint32_t> outputs_;  // of every edge, ascending; never changes
    std::vector<std::uint32_t> inputs_;
    PositionSet present_;
    std::vector<std::uint32_t> duplicates_;
};

}  // namespace espalier::topology
