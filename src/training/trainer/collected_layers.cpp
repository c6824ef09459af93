#include <espalier/training/trainer/collected_layers.hpp>

namespace espalier::training {

std::vector<CollectedLayer> collect_layers(nn::Network<float>& network, const nn::NeuronDealing& dealing,
                                           bool with_weights) {
    std::vector<CollectedLayer> layers;
    for (std::size_t k = 0; k < network.size(); ++k) {
        const bool is_dealt = dealing.node(k).is_dealt;
        const auto numbers = [&](std::span<const float> own) {
            return is_dealt ? dealing.whole(own, nn::Reach::first) : std::vector<float>(own.begin(), own.end());
        };
        CollectedLayer layer{.layer = k};
        for (const nn::ParameterEntry<float>& array : network.table().of(k)) {
            layer.module = array.module;
            if (array.weight != nullptr) {
                const Pattern& own = array.weight->pattern();
                layer.shape = array.weight->shape();
                layer.pattern = is_dealt ? dealing.whole(own, nn::Reach::first) : own;
                if (with_weights) layer.values = numbers(array.parameter->values);
            } else if (with_weights) {
                layer.others.emplace_back(array.parameter->name, numbers(array.parameter->values));
            }
        }
        if (!layer.module.empty()) layers.push_back(std::move(layer));
    }
    if (dealing.ranks().rank() != 0) layers.clear();
    return layers;
}

}  // namespace espalier::training
