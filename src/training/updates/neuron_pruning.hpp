#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <espalier/nn/models/spec.hpp>
#include <espalier/nn/parameters/masked_weight.hpp>
#include <espalier/sparsity/initial/allotment.hpp>
#include <espalier/sparsity/rules/living_neurons.hpp>
#include <espalier/sparsity/update/update_plan.hpp>
#include <espalier/training/updates/update_memory.hpp>

namespace espalier::training {

/// Importance pruning (definitions.md 3.14) and the removal of channels (3.18): which hidden neurons go, and who is
/// left where they went for good.
///
/// Of images neurons are channels. Only those go that layers with weights alone take, one by one: not those of a
/// residual stream, which others write to as well, nor those that a convolution by groups takes.
/// Layers forced dense lose none of their inputs. Memory: 9 bytes per neuron, and one per place where a channel is
/// read.
class NeuronPruning : public UpdateMemory {
  public:
    /// @param layers all layers with weights, in order
    /// @param spec   the network that they are of
    /// @throws ConfigError where the network has no neurons that may go, or their layers would keep too many; in hard
    ///         mode where a layer forced dense would lose the outputs of pruned neurons
    NeuronPruning(const sparsity::UpdatePlan& plan, const std::vector<sparsity::LayerAllotment>& layers,
                  const nn::NetworkSpec& spec, std::uint64_t seed);

    /// Chooses the neurons that go after this step, in all layers, from the weights before anything is cut.
    /// @param weights [layers]
    void choose(std::int64_t step, const std::vector<const nn::MaskedWeight<float>*>& weights);

    /// A layer without the incoming weights of what was chosen and, in hard mode, the outgoing ones of all pruned so
    /// far.
    PatternUpdate cut(std::size_t number, const Pattern& pattern) const;

    /// Who is left on both sides of a layer; null where all are, and unless pruning is for good.
    const sparsity::LivingNeurons* living(std::size_t number) const;

    /// Which outputs of a layer are gone for good, [outputs].
    const std::vector<std::uint8_t>& dead(std::size_t number) const { return dead_[number]; }

    /// Which neurons are pruned for good.
    void save(CheckpointWriter& checkpoint) const override;
    void load(const CheckpointReader& checkpoint) override;

  private:
    using Marks = std::vector<std::uint8_t>;

    void find_readers(const nn::NetworkSpec& spec);
    void find_living();
    void keep_convolutions_apart(const std::vector<sparsity::LayerAllotment>& layers);
    void require_neurons(const std::vector<sparsity::LayerAllotment>& layers) const;
    void require_channels() const;
    std::vector<sparsity::LayerChannels> layer_channels() const;
    void choose_channels(std::int64_t step, const std::vector<const nn::MaskedWeight<float>*>& weights);

    sparsity::ImportancePlan plan_;
    sparsity::ChannelPlan channels_;
    std::uint64_t seed_;
    std::vector<bool> forced_dense_;
    std::vector<bool> has_neurons_;     // [layers] whose outputs may go
    std::vector<std::size_t> feeders_;  // [layers] whose outputs a layer takes, where these may go; else none
    std::vector<std::size_t> columns_;  // [layers]
    std::vector<Marks> chosen_;         // [layers][outputs]
    std::vector<Marks> dead_;           // the same; 1 for those pruned for good
    std::vector<Marks> dead_inputs_;    // [layers][columns]
    std::vector<std::optional<sparsity::LivingNeurons>> living_;  // [layers]
};

}  // namespace espalier::training
