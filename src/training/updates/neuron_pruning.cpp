#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/training/updates/neuron_pruning.hpp>

namespace espalier::training {

NeuronPruning::NeuronPruning(const sparsity::ImportancePlan& plan, const std::vector<sparsity::LayerAllotment>& layers)
    : plan_(plan), inputs_alive_(layers.front().shape.back()), outputs_alive_(layers.back().shape.front()) {
    for (std::size_t number = 0; number < layers.size(); ++number) {
        forced_dense_.push_back(layers[number].forced_dense);
        living_.emplace_back();
        if (number + 1 < layers.size()) dead_.emplace_back(layers[number].shape.front());
        const bool loses_inputs = plan.hard && number > 0 && !forced_dense_[number - 1];
        if (layers[number].forced_dense && loses_inputs) {
            throw ConfigError("sparsity.importance_hard = true would take weights from layer " + layers[number].name +
                              ", which sparsity.dense_layers keeps dense: leave it out there, or set importance_hard "
                              "to false");
        }
    }
    chosen_ = dead_;
}

void NeuronPruning::choose(const std::vector<const nn::MaskedWeight<float>*>& weights) {
    for (std::size_t number = 0; number < dead_.size(); ++number) {
        if (forced_dense_[number]) continue;
        const nn::MaskedWeight<float>& weight = *weights[number];
        chosen_[number] = sparsity::unimportant(weight.pattern(), weight.parameter().values, plan_.percentile);
        if (!plan_.hard) continue;
        for (std::size_t k = 0; k < dead_[number].size(); ++k) dead_[number][k] |= chosen_[number][k];
    }
    find_living();
}

std::span<const std::uint8_t> NeuronPruning::dead_inputs(std::size_t number) const {
    return number == 0 ? inputs_alive_ : dead_[number - 1];
}

PatternUpdate NeuronPruning::cut(std::size_t number, const Pattern& pattern) const {
    const std::span<const std::uint8_t> outputs =
        number < chosen_.size() ? std::span<const std::uint8_t>(chosen_[number]) : outputs_alive_;
    return PatternUpdate::between(pattern, sparsity::without_neurons(pattern, outputs, dead_inputs(number)));
}

const sparsity::LivingNeurons* NeuronPruning::living(std::size_t number) const {
    return living_[number] ? &*living_[number] : nullptr;
}

void NeuronPruning::save(CheckpointWriter& checkpoint) const {
    for (std::size_t n = 0; n < dead_.size(); ++n) checkpoint.put("dead" + std::to_string(n), dead_[n]);
}

void NeuronPruning::load(const CheckpointReader& checkpoint) {
    for (std::size_t n = 0; n < dead_.size(); ++n) {
        checkpoint.get_into("dead" + std::to_string(n), std::span<std::uint8_t>(dead_[n]));
    }
    find_living();
}

void NeuronPruning::find_living() {
    const auto any = [](std::span<const std::uint8_t> marks) { return std::ranges::find(marks, 1) != marks.end(); };
    for (std::size_t number = 0; number < living_.size(); ++number) {
        const std::span<const std::uint8_t> outputs =
            number < dead_.size() ? std::span<const std::uint8_t>(dead_[number]) : outputs_alive_;
        living_[number].reset();
        if (any(outputs) || any(dead_inputs(number))) living_[number].emplace(outputs, dead_inputs(number));
    }
}

}  // namespace espalier::training
