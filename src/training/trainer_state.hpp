#pragma once

#include <espalier/training/checkpoint.hpp>
#include <espalier/training/trainer.hpp>

namespace espalier::training {

/// Everything of a Trainer that configuration and data do not determine: step, patterns, parameters with their
/// optimizer state, what the method remembers, the union of masks, the sums of the running epoch. No generator state
/// exists (random streams are named).
class TrainerState {
  public:
    static void save(Trainer& trainer, CheckpointWriter& checkpoint);

    /// @throws FormatError where the checkpoint does not fit the trainer's configuration
    static void load(Trainer& trainer, const CheckpointReader& checkpoint);

  private:
    /// Calls body(entry name, values) for everything the method keeps for every position.
    template <class Body>
    static void for_each_dense_state(TopologyUpdater& updater, const Body& body);
    static void save_plateau(TopologyUpdater& updater, CheckpointWriter& checkpoint);
    static void load_plateau(TopologyUpdater& updater, const CheckpointReader& checkpoint);
    static void save_dead_neurons(TopologyUpdater& updater, CheckpointWriter& checkpoint);
    static void load_dead_neurons(TopologyUpdater& updater, const CheckpointReader& checkpoint);
    static void load_exploration(Trainer& trainer, const CheckpointReader& checkpoint);
};

}  // namespace espalier::training
