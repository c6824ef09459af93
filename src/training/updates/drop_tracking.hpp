#pragma once

#include <vector>

#include <espalier/nn/graph/weight_port.hpp>
#include <espalier/training/updates/update_memory.hpp>

namespace espalier::training {

/// What a drop rule keeps of every kept weight from update to update (sparsity::Tracking). It lies beside the
/// optimizer's arrays of the weight, so that it goes where the weight goes, into checkpoints too.
class DropTracking : public UpdateMemory {
  public:
    /// @param changes  [ports] which layers may change
    /// @param array    its place among the arrays of a parameter's state: behind the optimizer's
    DropTracking(sparsity::Tracking what, std::vector<nn::WeightPort<float>> ports, std::vector<bool> changes,
                 std::size_t array);

    void after_backward(const nn::Passes<float>& passes) override;
    void after_update() override;
    void save(CheckpointWriter&) const override {}
    void load(const CheckpointReader&) override {}

    /// [edges] of a layer.
    std::span<const float> operator[](std::size_t number) const {
        return ports_[number].weight().parameter().state[array_];
    }

  private:
    void remember_values();

    sparsity::Tracking what_;
    std::vector<nn::WeightPort<float>> ports_;
    std::vector<bool> changes_;
    std::size_t array_;
};

}  // namespace espalier::training
