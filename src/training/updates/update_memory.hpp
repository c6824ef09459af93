#pragma once

#include <cstddef>
#include <cstdint>

#include <espalier/nn/graph/passes.hpp>
#include <espalier/sparsity/rules/rules.hpp>
#include <espalier/training/plan/data_access.hpp>
#include <espalier/training/state/checkpoint.hpp>

namespace espalier::training {

/// Something that a method remembers from step to step beside the weights: running means of gradients, dense
/// parameters, neurons that are gone. The topology updater walks all that a run has; one class and file each.
class UpdateMemory {
  public:
    UpdateMemory() = default;
    UpdateMemory(const UpdateMemory&) = delete;
    UpdateMemory& operator=(const UpdateMemory&) = delete;
    virtual ~UpdateMemory() = default;

    /// Every step computes the gradient at all positions of the layers that may change.
    virtual bool reads_all_gradients() const { return false; }
    /// Gradient entries that every step computes beside those of kept weights.
    virtual std::size_t reads_more_gradients(std::size_t) const { return 0; }

    /// Takes note of a step's gradients, before the optimizer uses them. Where it reads more than those of kept weights
    /// the passes have kept what they follow from.
    virtual void after_backward(const nn::Passes<float>&) {}

    /// Before weights are exchanged after a step, and behind that.
    virtual void before_exchange(std::int64_t, const DataAccess&) {}
    virtual void after_exchange() {}
    /// After every update, whatever it did.
    virtual void after_update() {}

    /// What growth ranks the positions of a layer by; empty where this is nothing to rank by. The memory must outlive
    /// it.
    virtual sparsity::PositionRows scores(std::size_t) const { return {}; }

    /// What a checkpoint keeps of it; load() takes back what save() of the same configuration wrote.
    virtual void save(CheckpointWriter& checkpoint) const = 0;
    virtual void load(const CheckpointReader& checkpoint) = 0;
};

}  // namespace espalier::training
