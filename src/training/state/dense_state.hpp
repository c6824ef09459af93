#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <espalier/base/memory/aligned.hpp>
#include <espalier/sparsity/rules/rules.hpp>

namespace espalier::training {

/// Something gathered from the dense gradients of every step, for every position of a layer, kept or not: s <- decay *
/// s + weight * g. A running mean (SNFS), the momentum of absent positions, or a sum.
///
/// Memory: 4 bytes per position, of all layers that may change: what a truly sparse run else never has.
class DenseState {
  public:
    DenseState(double decay, double weight) : decay_(decay), weight_(weight) {}

    /// Positions of the next layer; 0 for one that never changes.
    void add_layer(std::size_t positions) { layers_.emplace_back(positions); }

    /// Takes in the gradient of one step. Rows are dealt to threads in fixed blocks.
    void gather(std::size_t layer, std::size_t rows, std::size_t cols, const sparsity::PositionRows& gradient);

    void clear(std::size_t layer);

    std::span<const float> operator[](std::size_t layer) const { return layers_[layer]; }
    std::span<float> operator[](std::size_t layer) { return layers_[layer]; }
    std::size_t layers() const { return layers_.size(); }

    /// What is gathered, as grow rules read it. The state must outlive it.
    sparsity::PositionRows rows(std::size_t layer, std::size_t cols) const;

  private:
    double decay_;
    double weight_;
    std::vector<AlignedVector<float>> layers_;
};

}  // namespace espalier::training
