#include <utility>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/training/updates/drop_tracking.hpp>

namespace espalier::training {

DropTracking::DropTracking(sparsity::Tracking what, std::vector<nn::WeightPort<float>> ports, std::vector<bool> changes,
                           std::size_t array)
    : what_(what), ports_(std::move(ports)), changes_(std::move(changes)), array_(array) {
    for (const nn::WeightPort<float>& port : ports_) {
        port.weight().parameter().state.emplace_back(port.pattern().edges());
    }
    remember_values();
}

void DropTracking::after_backward(const nn::Passes<float>&) {
    if (what_ != sparsity::Tracking::movement) return;
    for (std::size_t number = 0; number < ports_.size(); ++number) {
        if (!changes_[number]) continue;
        nn::Parameter<float>& parameter = ports_[number].weight().parameter();
        AlignedVector<float>& moved = parameter.state[array_];
        for_row_runs(moved.size(), moved.size(), [&](std::size_t begin, std::size_t end) {
            for (std::size_t k = begin; k < end; ++k) moved[k] -= parameter.values[k] * parameter.gradient[k];
        });
    }
}

void DropTracking::after_update() {
    remember_values();
}

void DropTracking::remember_values() {
    if (what_ != sparsity::Tracking::previous) return;
    for (const nn::WeightPort<float>& port : ports_) {
        nn::Parameter<float>& parameter = port.weight().parameter();
        parameter.state[array_] = parameter.values;
    }
}

}  // namespace espalier::training
