#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/kernels/activations.hpp>

namespace espalier::training {

/// What the heads of a network say by themselves, and how much they differ.
///
/// Source: Grooten et al. 2025 (NeuroTrails). The program prints the mean of the whole matrix of disagreements, its
/// diagonal of zeros included, which is (heads - 1) / heads of what is told here.
class HeadScores {
  public:
    explicit HeadScores(std::size_t heads) : correct_(heads, 0) {}

    /// @param outputs  [heads * classes x lanes], head 0 first; @param labels [lanes]
    void add(kernels::View<const float> outputs, std::span<const std::uint32_t> labels);

    std::size_t heads() const { return correct_.size(); }
    /// Share of the samples that each head classifies rightly; of equal outputs the lowest class counts.
    std::vector<double> accuracies() const;
    /// Share of the samples for which two heads name different classes, mean over pairs of heads.
    double disagreement() const;

  private:
    std::vector<std::size_t> correct_;  // of each head
    std::size_t differing_ = 0;         // samples, over all pairs
    std::size_t samples_ = 0;
};

}  // namespace espalier::training
