#include <espalier/training/updates/explored_masks.hpp>

namespace espalier::training {
namespace {

std::string explored(std::size_t number, const std::string& what) {
    return "explored" + std::to_string(number) + "." + what;
}

}  // namespace

void ExploredMasks::add_layer(const Pattern& first, std::size_t weight_bytes) {
    layers_.emplace_back(first.positions(), weight_bytes);
    layers_.back().add(first);
}

void ExploredMasks::save(CheckpointWriter& checkpoint) const {
    for (std::size_t n = 0; n < layers_.size(); ++n) {
        const auto state = layers_[n].state();
        checkpoint.put(explored(n, "bits"), state.bits);
        checkpoint.put(explored(n, "sorted"), state.sorted);
        checkpoint.put_scalar(explored(n, "only_mask"), state.only_mask);
        checkpoint.put_text(explored(n, "reason"), state.reason);
    }
}

void ExploredMasks::load(const CheckpointReader& checkpoint) {
    for (std::size_t n = 0; n < layers_.size(); ++n) {
        layers_[n].restore(
            {checkpoint.get<std::uint64_t>(explored(n, "bits")), checkpoint.get<std::uint64_t>(explored(n, "sorted")),
             checkpoint.scalar<std::uint64_t>(explored(n, "only_mask")), checkpoint.text(explored(n, "reason"))});
    }
}

}  // namespace espalier::training
