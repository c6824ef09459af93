#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <espalier/config/run_config.hpp>
#include <espalier/nn/graph/neuron_dealing.hpp>
#include <espalier/nn/graph/weight_port.hpp>
#include <espalier/sparsity/rules/grow_init.hpp>
#include <espalier/sparsity/update/exchange.hpp>
#include <espalier/training/plan/data_access.hpp>
#include <espalier/training/plan/plan.hpp>
#include <espalier/training/updates/bilevel_masks.hpp>
#include <espalier/training/updates/cosine_growth.hpp>
#include <espalier/training/updates/dormant_neurons.hpp>
#include <espalier/training/updates/drop_tracking.hpp>
#include <espalier/training/updates/explored_masks.hpp>
#include <espalier/training/updates/gathered_gradients.hpp>
#include <espalier/training/updates/neuron_pruning.hpp>
#include <espalier/training/updates/top_kast.hpp>

namespace espalier::training {

/// What one topology update did to one layer.
struct LayerChange {
    std::size_t layer = 0;  ///< position in the network
    std::size_t dropped = 0;
    std::size_t grown = 0;
    double seconds = 0.0;   ///< wall clock
    DormantCount before{};  ///< dormant neurons before the update, and behind it; none where they are not counted
    DormantCount after{};
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

    /// Of weights whose layers another program computes.
    /// @param plan  its spec is not looked at
    /// @throws ConfigError where the method must see activations, or changes more than masks
    TopologyUpdater(const config::RunConfig& config, std::vector<nn::WeightPort<float>> ports, const NetworkPlan& plan,
                    std::int64_t steps_per_epoch, std::size_t optimizer_arrays);

    const sparsity::UpdatePlan& plan() const { return plan_; }

    /// Ranks that update networks with the same weights and gradients at the same time, and may share the work.
    void share_among(Communicator* ranks) { ranks_ = ranks; }
    /// Neurons are dealt to ranks, which all update at the same time. Outlives this; null: they are not.
    void deal(const nn::NeuronDealing* dealing) { dealing_ = dealing; }
    /// @throws ConfigError where something that it remembers needs the optimizer's state of all weights
    void require_shareable_state(const config::RunConfig& config) const;

    /// Whether after_backward() is to be told of every step, for what the method remembers.
    bool follows_every_step() const { return memories_.size() > (explored_ == nullptr ? 0U : 1U); }

    /// Step `step` (from 1) needs activations and gradients at every layer kept, for itself or for its update.
    bool needs_gradients(std::int64_t step) const;

    /// Whether it ever looks at gradients of absent weights of a layer with weights.
    bool reads_gradients(std::size_t number) const { return may_change(number) || top_kast_ != nullptr; }

    /// Multiply-adds per sample of the weight gradients computed in this step: those of kept weights, or of all where
    /// the method ranks them.
    std::size_t gradient_multiply_adds(std::int64_t step);

    /// Takes note of the gradients of a step, before the optimizer uses them.
    void after_backward(const nn::Passes<float>& passes);

    /// Prunes and exchanges as is due after this step; one entry per layer with weights.
    std::vector<LayerChange> update(const nn::Passes<float>& passes, std::int64_t step, const DataAccess& data);

    /// One per layer with weights; empty where the configuration keeps none.
    const std::vector<sparsity::ExploredPositions>& exploration() const {
        static const std::vector<sparsity::ExploredPositions> none;
        return explored_ == nullptr ? none : explored_->layers();
    }

    /// Dense parameters, where the method has them; else null.
    TopKast* top_kast() { return top_kast_; }

    /// All that the method remembers but for what lies beside the weights.
    void save(CheckpointWriter& checkpoint) const;
    void load(const CheckpointReader& checkpoint);

  private:
    TopologyUpdater(const config::RunConfig& config, nn::Network<float>* network,
                    std::vector<nn::WeightPort<float>> ports, const NetworkPlan& plan, std::int64_t steps_per_epoch,
                    std::size_t optimizer_arrays);
    void require_masks_alone(const config::RunConfig& config) const;
    void require_common_unit(const config::RunConfig& config) const;

    /// What one exchange is to do to a layer.
    struct Quota {
        std::size_t dropped = 0;
        std::size_t grown = 0;
    };

    /// A memory of this kind, which the updater walks from now on with the others.
    template <class Memory, class... Arguments>
    Memory* remember(Arguments&&... arguments) {
        auto made = std::make_unique<Memory>(std::forward<Arguments>(arguments)...);
        Memory* memory = made.get();
        memories_.push_back(std::move(made));
        return memory;
    }
    void remember_for_exchanges(const config::RunConfig& config);
    void explore(bool needs_union);

    std::size_t layers() const { return ports_.size(); }
    nn::MaskedWeight<float>& weight(std::size_t number) { return ports_[number].weight(); }
    /// What stays whole in a layer, and how many weights of it drop and grow together.
    sparsity::UpdateForm form(std::size_t number) const { return sparsity::form_in(form_, allotments_[number].shape); }
    std::size_t unit(std::size_t number) const { return form(number).block.size(); }
    std::size_t common_unit() const;
    bool may_change(std::size_t number) const { return changes_[number]; }

    sparsity::DropContext drop_context(std::size_t number, std::int64_t step, double fraction);
    sparsity::PositionRows gradient_rows(const nn::Passes<float>& passes, std::size_t number) const;
    sparsity::PositionScores gradient_at(const nn::Passes<float>& passes, std::size_t number) const;
    sparsity::GrowSource grow_source(const nn::Passes<float>& passes, std::size_t number, std::int64_t step);

    void change(const nn::Passes<float>& passes, std::int64_t step, const DataAccess& data,
                std::vector<LayerChange>& changes);
    void prune(std::int64_t step, std::vector<LayerChange>& changes);
    std::vector<std::size_t> prune_counts(std::int64_t step);
    std::vector<std::size_t> prune_counts_by_layer(double density);

    void prune_neurons(std::int64_t step, std::vector<LayerChange>& changes);
    void clear_removed_biases();
    void refresh(const nn::Passes<float>& passes, std::int64_t step, std::vector<LayerChange>& changes);
    BilevelMasks::Change refreshed(std::size_t number, std::int64_t step);
    void exchange(const nn::Passes<float>& passes, std::int64_t step, std::vector<LayerChange>& changes);
    std::vector<Quota> quotas(std::int64_t step);
    std::vector<Quota> global_quotas(const nn::Passes<float>& passes, std::int64_t step);
    std::vector<std::size_t> global_drops(std::int64_t step, std::size_t total);
    std::vector<std::size_t> global_growth(const nn::Passes<float>& passes, std::int64_t step,
                                           const std::vector<std::size_t>& dropped, std::size_t total);
    Quota own_quota(std::size_t number, std::int64_t step, double fraction);
    void redistribute(std::vector<Quota>& quotas, std::int64_t step, double fraction);
    sparsity::LayerBudget layer_budget(std::size_t number);
    void adapt_threshold(std::size_t dropped, double fraction);
    bool is_dealt(std::size_t number) const;
    PatternUpdate exchange_dealt(std::size_t number, std::int64_t step, double fraction, const Quota& quota);
    void apply(const nn::Passes<float>& passes, std::size_t number, std::int64_t step, PatternUpdate update);
    void begin_grown(const nn::Passes<float>& passes, std::size_t number, std::int64_t step,
                     const PatternUpdate& update);

    Communicator* ranks_ = nullptr;
    const nn::NeuronDealing* dealing_ = nullptr;
    std::uint64_t seed_;
    nn::Network<float>* network_;  ///< null where another program has it
    sparsity::UpdatePlan plan_;
    sparsity::UpdateForm form_;
    sparsity::GrowInit grow_init_;
    bool reset_momentum_;
    std::size_t optimizer_arrays_;
    std::vector<nn::WeightPort<float>> ports_;
    std::vector<sparsity::LayerAllotment> allotments_;
    std::vector<bool> changes_;          // which layers may change
    std::vector<std::size_t> baseline_;  // weights each layer had at first
    std::vector<std::unique_ptr<UpdateMemory>> memories_;
    // Those that an update asks for more than all have, null where there is none:
    ExploredMasks* explored_ = nullptr;
    TopKast* top_kast_ = nullptr;
    BilevelMasks* bilevel_ = nullptr;
    GatheredGradients* momentum_ = nullptr;  // of grow rule and redistribution
    GatheredGradients* velocity_ = nullptr;  // of momentum_state dense
    const UpdateMemory* growth_ = nullptr;   // what growth ranks by, but for the step's own gradient
    NeuronPruning* neuron_pruning_ = nullptr;
    DropTracking* tracking_ = nullptr;
    std::unique_ptr<DormantNeurons> dormant_;  // where they are counted
    double threshold_ = 0.0;
};

}  // namespace espalier::training
