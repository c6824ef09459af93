#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::sparsity {

/// The union of all masks one layer has had: which positions were ever in use. Exact.
///
/// Held as a sorted set of positions where a bitset would cost more than half of the layer's weights and state, until
/// the set is the larger of the two; else as a bitset. Where a bitset of all positions would pass the limit there is a
/// count only as long as the mask stays the one it was; then it is off, with the reason. So a layer never pays more
/// than the limit, and a layer that will be too large pays nothing from the start.
class ExploredPositions {
  public:
    /// @param weight_bytes the layer's weights, gradient, indices and optimizer state
    ExploredPositions(std::size_t positions, std::size_t weight_bytes, std::size_t limit_bytes);
    ExploredPositions(std::size_t positions, std::size_t weight_bytes)
        : ExploredPositions(positions, weight_bytes, default_limit_bytes(weight_bytes)) {}

    /// Half of the layer's weights and state, but at least 64 MiB and at most 256.
    static std::size_t default_limit_bytes(std::size_t weight_bytes);

    /// O(edges of the mask + positions held).
    void add(const Pattern& mask);

    /// The union as a mask of this shape; not available when off.
    Pattern mask(std::size_t rows, std::size_t cols) const;

    /// False where the union could not be held once the mask changes.
    bool can_hold_union() const { return !is_too_large(); }

    /// Positions ever in use; none when off.
    std::optional<std::uint64_t> count() const;
    /// Why there is no count; empty while there is one.
    const std::string& reason() const { return reason_; }
    std::size_t positions() const { return positions_; }
    std::size_t bytes() const { return bits_.size() * 8 + sorted_.size() * 8; }

    /// What a checkpoint keeps; restore() takes it back.
    struct State {
        std::vector<std::uint64_t> bits;
        std::vector<std::uint64_t> sorted;
        std::uint64_t only_mask = 0;
        std::string reason;
    };
    State state() const { return {bits_, sorted_, only_mask_, reason_}; }
    void restore(State state);

  private:
    bool is_too_large() const;
    void add_only_mask(const Pattern& mask);
    void add_to_bits(const Pattern& mask);
    void add_to_sorted(const Pattern& mask);
    void change_to_bits();

    std::size_t positions_;
    std::size_t limit_bytes_;
    bool everything_ = false;  // a full mask was seen: no memory needed any more
    std::vector<std::uint64_t> bits_;
    std::vector<std::uint64_t> sorted_;
    std::uint64_t only_mask_ = 0;  // of a layer that is too large: edges of the one mask there was
    std::string reason_;
};

/// Exploration rate R_s of a network: positions ever in use over all maskable positions, layers together.
/// Source: Liu et al., "Do we actually need dense over-parameterization?", ICML 2021, equation 1. R_s(0) is the
/// density.
std::optional<double> exploration_rate(const std::vector<ExploredPositions>& layers);

}  // namespace espalier::sparsity
