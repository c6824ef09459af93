#pragma once

#include <vector>

#include <espalier/sparsity/update/exploration.hpp>
#include <espalier/training/updates/update_memory.hpp>

namespace espalier::training {

/// The union of all masks that each layer with weights has had (definitions.md 3.10).
class ExploredMasks : public UpdateMemory {
  public:
    /// The next layer, with the mask it begins with.
    void add_layer(const Pattern& first, std::size_t weight_bytes);
    /// A layer has a new mask.
    void add(std::size_t number, const Pattern& mask) { layers_[number].add(mask); }

    const std::vector<sparsity::ExploredPositions>& layers() const { return layers_; }

    void save(CheckpointWriter& checkpoint) const override;
    void load(const CheckpointReader& checkpoint) override;

  private:
    std::vector<sparsity::ExploredPositions> layers_;
};

}  // namespace espalier::training
