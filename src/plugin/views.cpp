#include <espalier/plugin/views.hpp>

namespace espalier::plugin {

LayerOf::LayerOf(const Pattern& pattern, const float* values, const char* name)
    : pattern_(pattern), values_(values), name_(name) {
    if (!pattern.is_full()) return;
    offsets_.reserve(pattern.rows() + 1);
    indices_.reserve(pattern.edges());
    offsets_.push_back(0);
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        const std::span<const std::uint32_t> kept = pattern.row(row);
        indices_.insert(indices_.end(), kept.begin(), kept.end());
        offsets_.push_back(indices_.size());
    }
}

LayerView LayerOf::view() const {
    const bool is_full = pattern_.is_full();
    return {.name = name_,
            .outputs = pattern_.rows(),
            .inputs = pattern_.cols(),
            .offsets = is_full ? offsets_.data() : pattern_.offsets().data(),
            .indices = is_full ? indices_.data() : pattern_.indices().data(),
            .values = values_};
}

NetworkOf::NetworkOf(const topology::Topology& topology) {
    layers_.reserve(topology.layers.size());
    for (const topology::Layer& layer : topology.layers) {
        const float* values = layer.values.empty() ? nullptr : layer.values.data();
        layers_.emplace_back(layer.pattern, values, layer.name.c_str());
        views_.push_back(layers_.back().view());
    }
}

}  // namespace espalier::plugin
