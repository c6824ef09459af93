#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include <espalier/base/ranks/collectives.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/training/trainer/trainer.hpp>

namespace espalier::training {
namespace {

std::string entry(std::size_t layer, const std::string& what) {
    return "layer" + std::to_string(layer) + "." + what;
}

/// Calls body(entry name, array) for each array of the optimizer.
template <class Body>
void for_each_state(const nn::ParameterEntry<float>& place, const Body& body) {
    nn::Parameter<float>& parameter = *place.parameter;
    for (std::size_t s = 0; s < parameter.state.size(); ++s) {
        body(entry(place.layer, parameter.name + ".state" + std::to_string(s)), parameter.state[s]);
    }
}

/// What ranks hold of an array, one behind the other, on rank 0.
std::vector<float> gathered_state(Communicator& ranks, std::span<const float> own) {
    std::vector<float> all;
    for (const Message& part : gather(ranks, message_of(own))) {
        const std::vector<float> numbers = numbers_of<float>(part);
        all.insert(all.end(), numbers.begin(), numbers.end());
    }
    return all;
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
    save_arrays(&checkpoint);
    checkpoint.put_scalar("training_flops", flops_.training());
    checkpoint.put_scalar("dense_training_flops", flops_.dense_training());
    if (average_) average_->save(checkpoint);
    updater_.save(checkpoint);
}

/// One array at a time is whole on rank 0, where ranks hold parts.
/// @param checkpoint  null on the others
void Trainer::save_arrays(CheckpointWriter* checkpoint) {
    rest();
    const auto put = [&](const std::string& name, const hdf5::Values& values) {
        if (checkpoint != nullptr) checkpoint->put(name, values);
    };
    const auto put_mask = [&](std::size_t layer, const Pattern& pattern) {
        put(entry(layer, "offsets"), pattern.offsets());
        put(entry(layer, "indices"), pattern.indices());
    };
    for (const nn::ParameterEntry<float>& place : network_.table().entries()) {
        const bool is_dealt = deals_neurons() && dealing()->node(place.layer).is_dealt;
        const auto put_values = [&](const std::string& name, std::span<const float> values) {
            is_dealt ? put(name, dealing()->whole(values, nn::Reach::first)) : put(name, values);
        };
        if (place.weight != nullptr && !place.weight->pattern().is_full()) {
            const Pattern& pattern = place.weight->pattern();
            is_dealt ? put_mask(place.layer, dealing()->whole(pattern, nn::Reach::first))
                     : put_mask(place.layer, pattern);
        }
        put_values(entry(place.layer, place.parameter->name), place.parameter->values);
        for_each_state(place, [&](const std::string& name, const auto& array) {
            shares_state_ ? put(name, gathered_state(*ranks_, array)) : put_values(name, array);
        });
    }
}

void Trainer::help_to_save() {
    if (needs_help()) save_arrays(nullptr);
}

std::vector<CollectedLayer> Trainer::collect_layers(bool with_weights) {
    rest();
    return training::collect_layers(network_, *dealing(), with_weights);
}

/// The own rows of a file's arrays, each of which is there whole for a moment.
void Trainer::load_dealt(const nn::ParameterEntry<float>& place, const CheckpointReader& checkpoint) {
    const std::size_t neurons = plan_.spec.nodes[place.layer].outputs;
    nn::ElementRange own = dealing()->own(neurons);
    std::size_t size = neurons;
    if (place.weight != nullptr) {
        const Pattern all(neurons, place.weight->pattern().cols(),
                          checkpoint.get<std::uint64_t>(entry(place.layer, "offsets")),
                          checkpoint.get<std::uint32_t>(entry(place.layer, "indices")));
        place.weight->reset(nn::rows_of(all, own));
        place.weight->be_rows_of(neurons, all.edges());
        own = {all.offsets()[own.begin], all.offsets()[own.end]};
        size = all.edges();
    }
    const auto take = [&](const std::string& name, auto& array) {
        std::vector<float> all(size);
        checkpoint.get_into(name, std::span<float>(all));
        std::ranges::copy(std::span(all).subspan(own.begin, own.size()), array.begin());
    };
    take(entry(place.layer, place.parameter->name), place.parameter->values);
    for_each_state(place, take);
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
        if (deals_neurons() && dealing()->node(place.layer).is_dealt) {
            load_dealt(place, checkpoint);
            continue;
        }
        if (place.weight != nullptr) load_pattern(*place.weight, place.layer, checkpoint);
        const std::span<float> values = place.parameter->values;
        checkpoint.get_into(entry(place.layer, place.parameter->name), values);
        for_each_state(place, [&](const std::string& name, auto& array) {
            if (!shares_state_) {
                checkpoint.get_into(name, std::span<float>(array));
                return;
            }
            std::vector<float> all(values.size());
            checkpoint.get_into(name, std::span<float>(all));
            const nn::ElementRange held = place.parameter->held();
            std::ranges::copy(std::span(all).subspan(held.begin, held.size()), array.begin());
        });
    }
    flops_.restore(checkpoint.scalar<double>("training_flops"), checkpoint.scalar<double>("dense_training_flops"));
    if (average_) average_->load(checkpoint);
    updater_.load(checkpoint);
}

}  // namespace espalier::training
