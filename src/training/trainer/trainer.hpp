#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <espalier/data/augmentation.hpp>
#include <espalier/data/batches.hpp>
#include <espalier/data/dataset.hpp>
#include <espalier/data/standardise.hpp>
#include <espalier/kernels/loss.hpp>
#include <espalier/nn/graph/blocks.hpp>
#include <espalier/training/plan/flop_count.hpp>
#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/plan/plan.hpp>
#include <espalier/training/trainer/collected_layers.hpp>
#include <espalier/training/trainer/evaluation.hpp>
#include <espalier/training/updates/topology_updater.hpp>
#include <espalier/training/updates/weight_average.hpp>

namespace espalier::training {

/// Loss and accuracy over the training batches of the epoch so far, as they were when each batch was seen.
struct EpochSums {
    double loss = 0.0;
    std::uint64_t correct = 0;
    std::uint64_t samples = 0;
};

/// What ranks that train together deal among themselves.
enum class Sharing : std::uint8_t {
    samples,            ///< each works its blocks of every batch; all have all weights
    samples_and_state,  ///< the same, and each holds the optimizer's state of some rows alone, and moves their weights
    neurons,            ///< each holds some neurons of every layer, and works all samples (nn/graph/neuron_dealing.hpp)
};

/// A network in training: step by step, everything a function of configuration, data and step.
///
/// It writes no files. Its state (trainer_state.hpp) together with the configuration is all that a resumed run needs.
class Trainer {
  public:
    /// @param dataset must outlive the trainer
    /// @param ranks   that train together, each with a trainer of its own; null: there is one. All call train_step(),
    ///                update_topology() and scores in the same order. Outlives the trainer
    /// @param sharing what they deal; of one rank nothing
    /// @throws ConfigError where model or method cannot be dealt so
    Trainer(const config::RunConfig& config, const data::Dataset& dataset, Communicator* ranks = nullptr,
            Sharing sharing = Sharing::samples);

    std::int64_t step() const { return step_; }              ///< of the schedule that have been done
    std::int64_t first_step() const { return first_step_; }  ///< the step that this run began at
    std::int64_t total_steps() const { return updater_.plan().total_steps; }
    std::int64_t steps_per_epoch() const { return steps_per_epoch_; }
    bool is_done() const { return step_ == total_steps(); }

    /// One optimizer step: batch, forward, backward, update of the weights. Not the topology update, before which the
    /// caller may evaluate and take a snapshot.
    /// @throws NumericError where the loss is not finite; the weights are then those before the step
    void train_step();

    /// Asks all ranks to stop behind the next step; whether one has asked so before the step just done. Without ranks
    /// nobody is told.
    void ask_to_stop() { asks_to_stop_ = true; }
    bool is_asked_to_stop() const { return is_asked_to_stop_; }

    /// True where the topology is to change after the step just done.
    bool update_is_due() const { return updater_.plan().is_due(step_); }

    /// Prunes, drops and grows as the method says.
    std::vector<LayerChange> update_topology();

    /// Of the averaged weights, where the configuration has them averaged; so is the next.
    Score validation_score();  ///< computed once a state of the weights
    Score test_score();        ///< NaN without a test set
    bool has_accuracy() const { return objective_.has_accuracy; }
    bool has_validation() const { return split_.validation.size() > 0; }
    bool has_test() const { return dataset_.test.count > 0; }

    /// The learning rate of the step just done.
    double last_learning_rate() const { return learning_rate_.at(std::max<std::int64_t>(0, step_ - 1)); }
    const EpochSums& epoch_sums() const { return sums_; }
    void start_epoch_sums() { sums_ = {}; }

    const sparsity::UpdatePlan& update_plan() const { return updater_.plan(); }
    /// Phases at the end that each leave a ticket; their count is 0 in a plain run.
    const sparsity::TicketPhases& phases() const { return updater_.plan().phases; }
    /// How the network began.
    const NetworkPlan& plan() const { return plan_; }
    /// Kept weights over all that a mask can thin out, as it is now.
    double density();
    /// Kept weights of all layers, as they are now.
    std::size_t kept();
    /// Of a forward pass of one sample with the kept weights.
    std::size_t multiply_adds();
    const FlopCount& flops() const { return flops_; }
    /// What this process has spent on loading batches and changing their images.
    double loading_seconds() const { return loading_seconds_; }
    /// What this rank has sent in the steps and topology updates of this process.
    const Traffic& traffic() const { return traffic_; }
    std::int64_t steps_done() const { return steps_done_; }  ///< by this process
    /// How values of the dataset become inputs of the network.
    const data::Standardisation& standardisation() const { return standardisation_; }
    /// Positions that steps change, of one layer with weights, and over all that a mask can thin out: more than are
    /// kept where the method trains others along.
    std::size_t trained_positions(std::size_t number);
    double backward_density();
    nn::Network<float>& network() { return network_; }
    /// Of the weights over the steps; null where training.weight_average is 0.
    WeightAverage* weight_average() { return average_ ? &*average_ : nullptr; }
    /// Positions of the layers with weights, as exploration() numbers them.
    const std::vector<std::size_t>& weighted_layers() const { return weighted_layers_; }
    /// One per layer with weights; empty where the configuration keeps none.
    const std::vector<sparsity::ExploredPositions>& exploration() const { return updater_.exploration(); }
    std::optional<double> exploration_rate() const;
    /// Why there is no exploration rate; empty where there is one.
    std::string exploration_reason() const;

    /// Everything of it that configuration and data do not determine: step, patterns, parameters with their optimizer
    /// state, what the method remembers, the union of masks, the sums of the running epoch. No generator state exists
    /// (random streams are named). In trainer_state.cpp.
    /// Where ranks share the optimizer's state, the others call help_to_save() when rank 0 saves.
    void save(CheckpointWriter& checkpoint);
    void help_to_save();
    /// Whether rank 0 needs the others to save.
    bool needs_help() const { return shares_state_ || dealing() != nullptr; }
    /// How neurons are dealt; null where they are not.
    const nn::NeuronDealing* dealing() const { return plan_.dealing.get(); }
    /// What stands in a snapshot, of layers whose neurons are dealt; on rank 0, nothing elsewhere. All ranks call it.
    std::vector<CollectedLayer> collect_layers(bool with_weights);
    /// @throws FormatError where the checkpoint does not fit the trainer's configuration
    void load(const CheckpointReader& checkpoint);

  private:
    /// Adds what is sent while it lives.
    class CountTraffic;
    bool deals_neurons() const { return plan_.neuron_ranks != nullptr; }
    /// What steps need gives its memory to what comes between them.
    void rest();
    void tell_stop_marks();
    void save_arrays(CheckpointWriter* checkpoint);
    void load_dealt(const nn::ParameterEntry<float>& place, const CheckpointReader& checkpoint);
    /// Says which samples the step takes; pass_batch() loads them.
    void begin_batch();
    /// What the topology update may ask; must not outlive the trainer.
    DataAccess data_access();
    void pass_training_set(const DataAccess::Visit& visit);
    void pass_some_samples(std::size_t samples, const DataAccess::Visit& visit);
    void pass_to_look(nn::Workspace<float>& workspace, std::span<const std::uint32_t> samples,
                      const DataAccess::Visit& visit);
    /// The samples of a block, as they are and as the network is to see them in training.
    struct BlockSamples {
        kernels::Activations<float> inputs;
        kernels::Activations<float> noisy;
        std::vector<data::ImageChange> changes;
        double loading_seconds = 0.0;
    };
    void load_block(std::size_t block);
    void fill_block(std::size_t block);
    /// Loss of the batch at hand; fills all gradients.
    /// @param loads  its samples first
    kernels::LossSum pass_batch(const nn::Pass& pass, bool loads);
    void count_loading();
    kernels::View<const float> noisy_inputs(std::size_t block, std::uint64_t step);
    std::span<std::uint32_t> labels_of(std::size_t block);

    Communicator* ranks_;
    bool shares_state_;
    std::uint64_t seed_;
    std::uint64_t order_seed_;
    bool shuffles_;
    const data::Dataset& dataset_;
    data::Split split_;
    data::Standardisation standardisation_;
    data::Augmentation augmentation_;
    data::Batches batches_;
    std::int64_t steps_per_epoch_;
    NetworkPlan plan_;
    nn::Network<float> network_;
    optim::OptimizerOptions optimizer_;
    PhasedRate learning_rate_;
    const Objective& objective_;
    Evaluator evaluator_;
    double input_noise_;
    double label_smoothing_;

    std::vector<std::size_t> weighted_layers_;
    std::vector<nn::Parameter<float>*> parameters_;
    std::optional<WeightAverage> average_;
    TopologyUpdater updater_;
    nn::Blocks<float> blocks_;
    std::vector<BlockSamples> samples_;  // [blocks]
    std::vector<std::uint32_t> labels_;  // of the whole batch

    bool asks_to_stop_ = false;
    bool is_asked_to_stop_ = false;
    std::int64_t first_step_;
    std::int64_t step_;
    std::int64_t shuffled_epoch_ = -1;  // whose order batches_ holds
    EpochSums sums_;
    FlopCount flops_;
    double loading_seconds_ = 0.0;
    Traffic traffic_;
    std::int64_t steps_done_ = 0;
    std::optional<Score> validation_score_;  // at the weights as they are
};

}  // namespace espalier::training
