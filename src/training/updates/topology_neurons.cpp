#include <espalier/base/memory/stopwatch.hpp>
#include <espalier/training/updates/topology_updater.hpp>

/// What an update does to whole neurons; topology_updater.cpp does the rest.
namespace espalier::training {

void TopologyUpdater::prune_neurons(std::vector<LayerChange>& changes) {
    const Stopwatch choosing;
    std::vector<const nn::MaskedWeight<float>*> weights;
    for (std::size_t number = 0; number < layers(); ++number) weights.push_back(&weight(number));
    neuron_pruning_->choose(weights);
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
