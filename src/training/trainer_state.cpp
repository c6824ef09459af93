#include <espalier/base/error.hpp>
#include <espalier/training/trainer_state.hpp>

namespace espalier::training {
namespace {

std::string entry(std::size_t layer, const std::string& what) {
    return "layer" + std::to_string(layer) + "." + what;
}

std::string explored(std::size_t number, const std::string& what) {
    return "explored" + std::to_string(number) + "." + what;
}

/// Calls body(entry name, array) for values and optimizer state.
template <class Body>
void for_each_array(const nn::ParameterEntry<float>& place, const Body& body) {
    nn::Parameter<float>& parameter = *place.parameter;
    body(entry(place.layer, parameter.name), parameter.values);
    for (std::size_t s = 0; s < parameter.state.size(); ++s) {
        body(entry(place.layer, parameter.name + ".state" + std::to_string(s)), parameter.state[s]);
    }
}

void load_pattern(nn::MaskedWeight<float>& weight, std::size_t layer, const CheckpointReader& checkpoint) {
    if (weight.pattern().is_full() && !checkpoint.has(entry(layer, "offsets"))) return;  // full, and not pruned since
    Pattern pattern(weight.pattern().rows(), weight.pattern().cols(),
                    checkpoint.get<std::uint64_t>(entry(layer, "offsets")),
                    checkpoint.get<std::uint32_t>(entry(layer, "indices")));
    weight.reset(std::move(pattern));
}

}  // namespace

template <class Body>
void TrainerState::for_each_dense_state(TopologyUpdater& updater, const Body& body) {
    const auto each = [&](const std::string& what, std::optional<DenseState>& state) {
        for (std::size_t n = 0; state && n < state->layers(); ++n) body(what + std::to_string(n), (*state)[n]);
    };
    each("momentum", updater.momentum_);
    each("velocity", updater.velocity_);
    each("gathered", updater.gathered_);
}

void TrainerState::save(Trainer& trainer, CheckpointWriter& checkpoint) {
    checkpoint.put_scalar("step", trainer.step_);
    checkpoint.put_scalar("epoch_loss", trainer.sums_.loss);
    checkpoint.put_scalar("epoch_correct", trainer.sums_.correct);
    checkpoint.put_scalar("epoch_samples", trainer.sums_.samples);
    for (const nn::ParameterEntry<float>& place : trainer.network_.table().entries()) {
        if (place.weight != nullptr && !place.weight->pattern().is_full()) {
            checkpoint.put(entry(place.layer, "offsets"), place.weight->pattern().offsets());
            checkpoint.put(entry(place.layer, "indices"), place.weight->pattern().indices());
        }
        for_each_array(place, [&](const std::string& name, const auto& array) { checkpoint.put(name, array); });
    }
    for_each_dense_state(trainer.updater_, [&](const std::string& name, std::span<float> values) {
        checkpoint.put(name, std::span<const float>(values));
    });
    checkpoint.put_scalar("training_flops", trainer.flops_.training());
    checkpoint.put_scalar("dense_training_flops", trainer.flops_.dense_training());
    if (trainer.updater_.top_kast_) trainer.updater_.top_kast_->save(checkpoint);
    checkpoint.put_scalar("threshold", trainer.updater_.threshold_);
    save_plateau(trainer.updater_, checkpoint);
    save_dead_neurons(trainer.updater_, checkpoint);
    for (std::size_t n = 0; n < trainer.updater_.exploration_.size(); ++n) {
        const auto state = trainer.updater_.exploration_[n].state();
        checkpoint.put(explored(n, "bits"), state.bits);
        checkpoint.put(explored(n, "sorted"), state.sorted);
        checkpoint.put_scalar(explored(n, "only_mask"), state.only_mask);
        checkpoint.put_text(explored(n, "reason"), state.reason);
    }
}

void TrainerState::load_exploration(Trainer& trainer, const CheckpointReader& checkpoint) {
    for (std::size_t n = 0; n < trainer.updater_.exploration_.size(); ++n) {
        trainer.updater_.exploration_[n].restore(
            {checkpoint.get<std::uint64_t>(explored(n, "bits")), checkpoint.get<std::uint64_t>(explored(n, "sorted")),
             checkpoint.scalar<std::uint64_t>(explored(n, "only_mask")), checkpoint.text(explored(n, "reason"))});
    }
}

void TrainerState::save_plateau(TopologyUpdater& updater, CheckpointWriter& checkpoint) {
    if (!updater.cosine_) return;
    const Plateau& plateau = updater.cosine_->plateau();
    checkpoint.put_scalar("plateau.best", plateau.best);
    checkpoint.put_scalar("plateau.best_step", plateau.best_step);
    checkpoint.put_scalar("plateau.is_reached", plateau.is_reached);
}

void TrainerState::load_plateau(TopologyUpdater& updater, const CheckpointReader& checkpoint) {
    if (!updater.cosine_) return;
    updater.cosine_->plateau() = {checkpoint.scalar<double>("plateau.best"),
                                  checkpoint.scalar<std::int64_t>("plateau.best_step"),
                                  checkpoint.scalar<std::uint64_t>("plateau.is_reached")};
}

void TrainerState::save_dead_neurons(TopologyUpdater& updater, CheckpointWriter& checkpoint) {
    if (!updater.neuron_pruning_) return;
    const auto& dead = updater.neuron_pruning_->dead();
    for (std::size_t n = 0; n < dead.size(); ++n) checkpoint.put("dead" + std::to_string(n), dead[n]);
}

void TrainerState::load_dead_neurons(TopologyUpdater& updater, const CheckpointReader& checkpoint) {
    if (!updater.neuron_pruning_) return;
    std::vector<std::vector<std::uint8_t>> dead = updater.neuron_pruning_->dead();
    for (std::size_t n = 0; n < dead.size(); ++n) {
        checkpoint.get_into("dead" + std::to_string(n), std::span<std::uint8_t>(dead[n]));
    }
    updater.neuron_pruning_->restore(std::move(dead));
}

void TrainerState::load(Trainer& trainer, const CheckpointReader& checkpoint) {
    const auto step = checkpoint.scalar<std::int64_t>("step");
    if (step < trainer.first_step() || step > trainer.total_steps()) {
        throw FormatError("the checkpoint is at step " + std::to_string(step) + ", the run has " +
                          std::to_string(trainer.total_steps()) + "; start again with --force");
    }
    trainer.step_ = step;
    trainer.sums_ = {checkpoint.scalar<double>("epoch_loss"), checkpoint.scalar<std::uint64_t>("epoch_correct"),
                     checkpoint.scalar<std::uint64_t>("epoch_samples")};
    for (const nn::ParameterEntry<float>& place : trainer.network_.table().entries()) {
        if (place.weight != nullptr) load_pattern(*place.weight, place.layer, checkpoint);
        for_each_array(
            place, [&](const std::string& name, auto& array) { checkpoint.get_into(name, std::span<float>(array)); });
    }
    for_each_dense_state(trainer.updater_,
                         [&](const std::string& name, std::span<float> values) { checkpoint.get_into(name, values); });
    trainer.flops_.restore(checkpoint.scalar<double>("training_flops"),
                           checkpoint.scalar<double>("dense_training_flops"));
    if (trainer.updater_.top_kast_) trainer.updater_.top_kast_->load(checkpoint);
    trainer.updater_.threshold_ = checkpoint.scalar<double>("threshold");
    load_plateau(trainer.updater_, checkpoint);
    load_dead_neurons(trainer.updater_, checkpoint);
    load_exploration(trainer, checkpoint);
}

}  // namespace espalier::training
