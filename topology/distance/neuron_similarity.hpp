#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/topology/assignment/similarity_rows.hpp>
#include <espalier/topology/graph/common_counts.hpp>

namespace espalier::topology {

/// Inputs of the first network under the numbers they have in the second.
class InputNames {
  public:
    /// @param partner  [neurons of the layer before] which neuron of the second stands for which of the first, each a
    ///                 block of inputs / neurons inputs (places of a kernel, of a flattened map); empty: as they are
    /// @throws FormatError where the inputs are no whole number of blocks
    InputNames(std::span<const std::uint32_t> partner, std::size_t inputs);

    /// Of one input.
    std::uint32_t operator()(std::uint32_t input) const {
        if (partner_.empty()) return input;
        return static_cast<std::uint32_t>(partner_[input / block_] * block_ + input % block_);
    }
    /// Of several inputs; not sorted.
    std::vector<std::uint32_t> operator()(std::span<const std::uint32_t> inputs) const;

  private:
    std::span<const std::uint32_t> partner_;
    std::size_t block_ = 1;
};

/// |X sym.diff. Y| / |X u Y| of two sets by their sizes; 0 where both are empty.
double edit_distance(std::size_t first, std::size_t second, std::size_t common);

/// How alike output neurons of two layers are: 1 - normalised edit distance, the share of their inputs that they have
/// in common; 1 where both have none.
class NeuronSimilarity : public SimilarityRows {
  public:
    /// Both layers and the partners must outlive this.
    /// @throws FormatError where the shapes differ, and as InputNames
    NeuronSimilarity(const Pattern& first, const Pattern& second, std::span<const std::uint32_t> partner_before);

    std::size_t size() const override { return first_.rows(); }
    void row(std::size_t a, std::span<double> similarity) const override;

    /// Normalised edit distances of neuron a of the first with every one of the second.
    void edit_distances(std::size_t a, std::span<double> distances) const;

  private:
    std::span<const std::uint32_t> common_counts(std::size_t a) const;

    const Pattern& first_;
    InputNames in_second_;
    CommonCounts counter_;
};

}  // namespace espalier::topology
