#pragma once

#include <algorithm>

#include <espalier/topology/assignment/cost_matrix.hpp>
#include <espalier/topology/assignment/similarity_rows.hpp>

#include "support.hpp"

namespace espalier::testing {

/// Similarities that are written down: 1 - cost.
class WrittenSimilarities : public topology::SimilarityRows {
  public:
    explicit WrittenSimilarities(topology::CostMatrix costs) : costs_(std::move(costs)) {}
    std::size_t size() const override { return costs_.rows(); }
    void row(std::size_t a, std::span<double> similarity) const override {
        std::ranges::transform(costs_.row(a), similarity.begin(), [](double cost) { return 1 - cost; });
    }
    const topology::CostMatrix& costs() const { return costs_; }

  private:
    topology::CostMatrix costs_;
};

/// Costs k / levels; a share of `empty` of the pairs cost 1, as pairs do that have nothing in common.
inline topology::CostMatrix random_square_costs(std::size_t size, std::uint64_t levels, double empty, Stream& stream) {
    topology::CostMatrix costs(size, size);
    for (std::size_t i = 0; i < size; ++i) {
        for (double& cost : costs.row(i)) {
            const bool is_empty = static_cast<double>(stream.below(1000)) < 1000 * empty;
            cost = is_empty ? 1.0 : static_cast<double>(stream.below(levels)) / static_cast<double>(levels);
        }
    }
    return costs;
}

}  // namespace espalier::testing
