#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <espalier/nn/parameters/masked_weight.hpp>
#include <espalier/sparsity/initial/allotment.hpp>
#include <espalier/sparsity/rules/living_neurons.hpp>
#include <espalier/sparsity/update/importance.hpp>
#include <espalier/training/updates/update_memory.hpp>

namespace espalier::training {

/// Importance pruning (definitions.md 3.14): which hidden neurons go, and who is left where they went for good.
///
/// Layers forced dense lose none of their inputs. Memory: 9 bytes per neuron.
class NeuronPruning : public UpdateMemory {
  public:
    /// @param layers all layers with weights, in order
    /// @throws ConfigError in hard mode where a layer forced dense would lose the outputs of pruned neurons
    NeuronPruning(const sparsity::ImportancePlan& plan, const std::vector<sparsity::LayerAllotment>& layers);

    /// Chooses the neurons that go now, in all layers, from the weights before anything is cut.
    /// @param weights [layers]
    void choose(const std::vector<const nn::MaskedWeight<float>*>& weights);

    /// A layer without the incoming weights of what was chosen and, in hard mode, the outgoing ones of all pruned so
    /// far.
    PatternUpdate cut(std::size_t number, const Pattern& pattern) const;

    /// Who is left on both sides of a layer; null where all are, and unless pruning is for good.
    const sparsity::LivingNeurons* living(std::size_t number) const;

    /// Which neurons are pruned for good.
    void save(CheckpointWriter& checkpoint) const override;
    void load(const CheckpointReader& checkpoint) override;

  private:
    std::span<const std::uint8_t> dead_inputs(std::size_t number) const;
    void find_living();

    sparsity::ImportancePlan plan_;
    std::vector<bool> forced_dense_;
    std::vector<std::vector<std::uint8_t>> chosen_;               // [layers - 1][outputs]
    std::vector<std::vector<std::uint8_t>> dead_;                 // the same; 1 for those pruned for good
    std::vector<std::optional<sparsity::LivingNeurons>> living_;  // [layers]
    std::vector<std::uint8_t> inputs_alive_;                      // zeros, for the first layer's inputs
    std::vector<std::uint8_t> outputs_alive_;                     // and the last layer's outputs
};

}  // namespace espalier::training
