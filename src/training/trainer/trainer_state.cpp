#include <espalier/base/text/error.hpp>
#include <espalier/training/trainer/trainer.hpp>

namespace espalier::training {
namespace {

std::string entry(std::size_t layer, const std::string& what) {
    return "layer" + std::to_string(layer) + "." + what;
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

void Trainer::save(CheckpointWriter& checkpoint) {
    checkpoint.put_scalar("step", step_);
    checkpoint.put_scalar("epoch_loss", sums_.loss);
    checkpoint.put_scalar("epoch_correct", sums_.correct);
    checkpoint.put_scalar("epoch_samples", sums_.samples);
    for (const nn::ParameterEntry<float>& place : network_.table().entries()) {
        if (place.weight != nullptr && !place.weight->pattern().is_full()) {
            checkpoint.put(entry(place.layer, "offsets"), place.weight->pattern().offsets());
            checkpoint.put(entry(place.layer, "indices"), place.weight->pattern().indices());
        }
        for_each_array(place, [&](const std::string& name, const auto& array) { checkpoint.put(name, array); });
    }
    checkpoint.put_scalar("training_flops", flops_.training());
    checkpoint.put_scalar("dense_training_flops", flops_.dense_training());
    updater_.save(checkpoint);
}

void Trainer::load(const CheckpointReader& checkpoint) {
    const auto saved_step = checkpoint.scalar<std::int64_t>("step");
    if (saved_step < first_step() || saved_step > total_steps()) {
        throw FormatError("the checkpoint is at step " + std::to_string(saved_step) + ", the run has " +
                          std::to_string(total_steps()) + "; start again with --force");
    }
    step_ = saved_step;
    sums_ = {checkpoint.scalar<double>("epoch_loss"), checkpoint.scalar<std::uint64_t>("epoch_correct"),
             checkpoint.scalar<std::uint64_t>("epoch_samples")};
    for (const nn::ParameterEntry<float>& place : network_.table().entries()) {
        if (place.weight != nullptr) load_pattern(*place.weight, place.layer, checkpoint);
        for_each_array(
            place, [&](const std::string& name, auto& array) { checkpoint.get_into(name, std::span<float>(array)); });
    }
    flops_.restore(checkpoint.scalar<double>("training_flops"), checkpoint.scalar<double>("dense_training_flops"));
    updater_.load(checkpoint);
}

}  // namespace espalier::training
