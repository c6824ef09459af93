#include <utility>

#include <espalier/nn/models/normalisation_choice.hpp>

namespace espalier::nn {

const std::vector<Normalisation>& normalisations() {
    static const std::vector<Normalisation> table = {
        {{"none", "nothing", ""}, 0},
        {{"batch_norm", "each feature by its mean and deviation over the batch, then a trained scale and shift",
          "Ioffe, Szegedy, ICML 2015"},
         2},
        {{"layer_norm", "each sample by the mean and deviation of its features, then a trained scale and shift",
          "Ba, Kiros, Hinton 2016"},
         2},
    };
    return table;
}

const Normalisation& normalisation(std::string_view name) {
    return find_named(normalisations(), name, "normalisation");
}

std::optional<NodeSpec> normalisation_spec(const Normalisation& kind, std::string name, std::size_t features) {
    if (kind.trained_a_feature == 0) return std::nullopt;
    return NodeSpec{
        .name = std::move(name), .kind = kind.name, .outputs = features, .others = kind.trained_a_feature * features};
}

}  // namespace espalier::nn
