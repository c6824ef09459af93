#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <espalier/base/pattern.hpp>

namespace espalier::sparsity {

/// The union of all masks one layer has had: which positions were ever in use. Exact.
///
/// Held as a bitset where that costs at most half of the layer's weights and state, else as a sorted set of positions,
/// which becomes a bitset when it would be the larger of the two; off, with the reason, where it would pass the limit.
class ExploredPositions {
  public:
    /// @param weight_bytes the layer's weights, gradient, indices and optimizer state
    ExploredPositions(std::size_t positions, std::size_t weight_bytes, std::size_t limit_bytes = default_limit_bytes);

    static constexpr std::size_t default_limit_bytes = 256UL << 20;

    /// O(edges of the mask + positions held).
    void add(const Pattern& mask);

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
        std::string reason;
    };
    State state() const { return {bits_, sorted_, reason_}; }
    void restore(State state);

  private:
    void add_to_bits(const std::vector<std::uint64_t>& flat);
    void add_to_sorted(const std::vector<std::uint64_t>& flat);
    void fit();

    std::size_t positions_;
    std::size_t limit_bytes_;
    bool everything_ = false;  // a full mask was seen: no memory needed any more
    std::vector<std::uint64_t> bits_;
    std::vector<std::uint64_t> sorted_;
    std::string reason_;
};

/// Exploration rate R_s of a network: positions ever in use over all maskable positions, layers together.
/// Source: Liu et al., "Do we actually need dense over-parameterization?", ICML 2021, equation 1. R_s(0) is the
/// density.
std::optional<double> exploration_rate(const std::vector<ExploredPositions>& layers);

}  // namespace espalier::sparsity
