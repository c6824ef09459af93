#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/topology/distance/neuron_similarity.hpp>

namespace espalier::topology {

/// How alike neurons are by their inputs, and how well they would serve the next layer in each other's place: the
/// linear part of nnstd_joint.
class JointSimilarity : public SimilarityRows {
  public:
    /// Two consecutive layers of both networks, and how they are matched at present. All must outlive this.
    struct Place {
        const Pattern& first;
        const Pattern& second;
        const Pattern& next_first;
        const Pattern& next_second;
        std::span<const std::uint32_t> partner_before;
        std::span<const std::uint32_t> partner;
        std::span<const std::uint32_t> next_partner;
    };
    /// @throws FormatError where the next layer's inputs are no whole number of blocks
    explicit JointSimilarity(const Place& place);

    std::size_t size() const override { return own_.size(); }
    void row(std::size_t a, std::span<double> similarity) const override;

  private:
    NeuronSimilarity own_;
    const Pattern& next_second_;
    std::span<const std::uint32_t> next_partner_;
    Pattern fed_;               // next layer of the first by its inputs
    std::vector<double> gain_;  // [outputs of the next] of one more common input
    std::size_t block_;         // inputs of the next a neuron
};

}  // namespace espalier::topology
