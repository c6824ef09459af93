#include <espalier/base/stopwatch.hpp>
#include <espalier/training/topology_updater.hpp>

/// What an update does to whole neurons, and measures of them; topology_updater.cpp does the rest.
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
                if (number > 0) weight(number).transposed();
            }
        }
        changes[number].seconds += seconds_each + start.seconds();
    }
}

void TopologyUpdater::measure_similarity(std::int64_t step, const DataAccess& data, std::vector<LayerChange>& changes) {
    const Stopwatch start;
    std::vector<bool> wanted;
    for (std::size_t number = 0; number < layers(); ++number) wanted.push_back(may_change(number));
    cosine_->measure(network_, network_.weighted_layers(), wanted, data, step);
    const double seconds_each = start.seconds() / static_cast<double>(layers());
    for (LayerChange& change : changes) change.seconds += seconds_each;
}

}  // namespace espalier::training
