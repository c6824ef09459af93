#include <espalier/base/memory/stopwatch.hpp>
#include <espalier/training/updates/topology_updater.hpp>

/// What an update does to whole neurons; topology_updater.cpp does the rest.
namespace espalier::training {

namespace {

/// Of a removed channel nothing is left that the optimizer could move; what is shared holds a part of the state.
void clear(nn::Parameter<float>& bias, const std::vector<std::uint8_t>& dead) {
    const nn::ElementRange held = bias.held();
    for (std::size_t k = 0; k < dead.size(); ++k) {
        if (dead[k] == 0) continue;
        bias.values[k] = 0.0F;
        if (k < held.begin || k >= held.end) continue;
        for (auto& state : bias.state) state[k - held.begin] = 0.0F;
    }
}

}  // namespace

void TopologyUpdater::clear_removed_biases() {
    for (std::size_t number = 0; number < layers(); ++number) {
        const std::vector<std::uint8_t>& dead = neuron_pruning_->dead(number);
        for (const nn::ParameterEntry<float>& entry : network_->table().of(ports_[number].layer())) {
            if (entry.parameter->role == nn::Role::bias) clear(*entry.parameter, dead);
        }
    }
}

void TopologyUpdater::prune_neurons(std::int64_t step, std::vector<LayerChange>& changes) {
    const Stopwatch choosing;
    std::vector<const nn::MaskedWeight<float>*> weights;
    for (std::size_t number = 0; number < layers(); ++number) weights.push_back(&weight(number));
    neuron_pruning_->choose(step, weights);
    if (plan_.channels.removes()) clear_removed_biases();
    const double seconds_each = choosing.seconds() / static_cast<double>(layers());
    for (std::size_t number = 0; number < layers(); ++number) {
        const Stopwatch start;
        if (may_change(number)) {
            PatternUpdate update = neuron_pruning_->cut(number, weight(number).pattern());
            changes[number].dropped += update.dropped;
            if (update.dropped > 0) {
                weight(number).release_transposed();
                weight(number).apply(std::move(update));
                if (ports_[number].has_input_gradient()) weight(number).transposed();
            }
        }
        changes[number].seconds += seconds_each + start.seconds();
    }
}

}  // namespace espalier::training
