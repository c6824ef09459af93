#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <espalier/config/run_config.hpp>
#include <espalier/nn/weight_port.hpp>
#include <espalier/sparsity/exchange.hpp>
#include <espalier/sparsity/grow_init.hpp>
#include <espalier/training/cosine_growth.hpp>
#include <espalier/training/data_access.hpp>
#include <espalier/training/dense_state.hpp>
#include <espalier/training/neuron_pruning.hpp>
#include <espalier/training/plan.hpp>
#include <espalier/training/top_kast.hpp>

namespace espalier::training {

/// What one topology update did to one layer.
struct LayerChange {
    std::size_t layer = 0;  ///< position in the network
    std::size_t dropped = 0;
    std::size_t grown = 0;
    double seconds = 0.0;  ///< wall clock
};

/// Changes a network's topology as a run's method says, and holds all that the method remembers.
///
/// One engine for all methods (definitions.md 3.1): sparsity/ decides about numbers and masks, this class brings it
/// together with the network's layers. Layers forced dense never change.
class TopologyUpdater {
  public:
    /// The network must outlive it; its optimizer state is prepared.
    /// @throws ConfigError where a layer is too large for what the method must remember
    TopologyUpdater(const config::RunConfig& config, nn::Network<float>& network, const NetworkPlan& plan,
                    std::int64_t steps_per_epoch, std::size_t optimizer_arrays);

    const sparsity::UpdatePlan& plan() const { return plan_; }

    /// Step `step` (from 1) needs activations and gradients at every layer kept, for itself or for its update.
    bool needs_gradients(std::int64_t step) const;

    /// Weight-gradient entries computed in this step: those of kept weights, or of all where the method ranks them.
    std::size_t gradient_entries(std::int64_t step);

    /// Takes note of the gradients of a step, before the optimizer uses them.
    void after_backward(const nn::Workspace<float>& workspace);

    /// Prunes and exchanges as is due after this step; one entry a layer with weights.
    std::vector<LayerChange> update(const nn::Workspace<float>& workspace, std::int64_t step, const DataAccess& data);

    /// One a layer with weights; empty where the configuration keeps none.
    const std::vector<sparsity::ExploredPositions>& exploration() const { return exploration_; }

    /// Dense parameters, where the method has them.
    std::optional<TopKast>& top_kast() { return top_kast_; }

  private:
    friend class TrainerState;

    /// What one exchange is to do to a layer.
    struct Quota {
        std::size_t dropped = 0;
        std::size_t grown = 0;
    };

    std::size_t layers() const { return ports_.size(); }
    nn::MaskedWeight<float>& weight(std::size_t number) { return ports_[number].weight(); }
    std::size_t unit() const { return form_.block.size(); }
    bool may_change(std::size_t number);

    sparsity::DropContext drop_context(std::size_t number, std::int64_t step, double fraction);
    sparsity::PositionRows gradient_rows(const nn::Workspace<float>& workspace, std::size_t number) const;
    sparsity::PositionScores gradient_at(const nn::Workspace<float>& workspace, std::size_t number) const;
    sparsity::GrowSource grow_source(const nn::Workspace<float>& workspace, std::size_t number, std::int64_t step);

    void prune(std::int64_t step, std::vector<LayerChange>& changes);
    std::vector<std::size_t> prune_counts(std::int64_t step);
    std::vector<std::size_t> prune_counts_by_layer(double density);

    void prune_neurons(std::vector<LayerChange>& changes);
    void refresh(std::int64_t step, std::vector<LayerChange>& changes);
    void exchange(const nn::Workspace<float>& workspace, std::int64_t step, std::vector<LayerChange>& changes);
    void measure_similarity(std::int64_t step, const DataAccess& data, std::vector<LayerChange>& changes);
    std::vector<Quota> quotas(std::int64_t step);
    Quota own_quota(std::size_t number, std::int64_t step, double fraction);
    void redistribute(std::vector<Quota>& quotas, std::int64_t step, double fraction);
    sparsity::LayerBudget layer_budget(std::size_t number);
    void adapt_threshold(std::size_t dropped, double fraction);
    void apply(const nn::Workspace<float>& workspace, std::size_t number, std::int64_t step, PatternUpdate update);
    void begin_grown(const nn::Workspace<float>& workspace, std::size_t number, std::int64_t step,
                     const PatternUpdate& update);
    void remember_values();

    std::uint64_t seed_;
    nn::Network<float>& network_;
    sparsity::UpdatePlan plan_;
    sparsity::UpdateForm form_;
    sparsity::GrowInit grow_init_;
    bool reset_momentum_;
    std::size_t optimizer_arrays_;
    std::vector<nn::WeightPort<float>> ports_;
    std::vector<sparsity::LayerAllotment> allotments_;
    std::vector<std::size_t> baseline_;  // weights each layer had at first
    std::vector<sparsity::ExploredPositions> exploration_;
    std::optional<TopKast> top_kast_;
    std::optional<DenseState> momentum_;  // of grow rule and redistribution
    std::optional<DenseState> velocity_;  // of momentum_state dense
    std::optional<DenseState> gathered_;  // of grow score accumulated
    std::optional<CosineGrowth> cosine_;  // of grow score similarity
    std::optional<NeuronPruning> neuron_pruning_;
    double threshold_ = 0.0;
};

}  // namespace espalier::training
