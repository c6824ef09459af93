#include <espalier/base/error.hpp>
#include <espalier/cli/plan.hpp>
#include <espalier/data/split.hpp>
#include <espalier/data/standardise.hpp>
#include <espalier/sparsity/initial_mask.hpp>
#include <espalier/training/initial_network.hpp>
#include <espalier/training/objective.hpp>
#include <espalier/training/plan.hpp>

namespace espalier::cli {
namespace {

/// Sums of weights must not overflow.
void require_countable(const config::RunConfig& config, std::size_t inputs, std::size_t classes) {
    constexpr double limit = 1152921504606846976.0;
    double weights = 0.0;
    auto before = static_cast<double>(inputs);
    for (const std::int64_t width : config.model.hidden) {
        weights += before * static_cast<double>(width);
        before = static_cast<double>(width);
    }
    weights += before * static_cast<double>(training::objective(config.model.kind).outputs(inputs, classes));
    if (weights > limit) throw ConfigError("model.hidden: the network would have more than 2^60 weights");
}

LayerPlan linear(const sparsity::LayerAllotment& allotted) {
    return {.name = allotted.name,
            .kind = "linear",
            .shape = allotted.shape,
            .weights = sparsity::positions(allotted.shape),
            .kept = allotted.kept,
            .others = allotted.shape.front(),
            .macs = allotted.kept,
            .note = allotted.note};
}

/// The trained activation behind a hidden layer.
LayerPlan srelu(std::size_t number, std::size_t features) {
    constexpr std::size_t parameters_a_neuron = 4;
    return {.name = "srelu" + std::to_string(number),
            .kind = "srelu",
            .shape = {features},
            .others = parameters_a_neuron * features};
}

bool counts_follow_from_masks(const config::RunConfig& config) {
    return sparsity::parse_init(config.sparsity.init).saliency != nullptr || config.sparsity.placement == "bernoulli";
}

void take_real_counts(const config::RunConfig& config, const data::Dataset& dataset, training::NetworkPlan& network) {
    const data::Split split = data::split_off_validation(dataset.train.count, config.data.validation);
    const data::Standardisation standardisation =
        data::standardisation(dataset, split.training, data::parse_standardise(config.data.standardise));
    training::initial_masks(config, network, {dataset, split.training, standardisation});
}

}  // namespace

std::vector<LayerPlan> plan(const config::RunConfig& config, std::size_t inputs, std::size_t classes,
                            const data::Dataset* dataset) {
    require_countable(config, inputs, classes);
    training::NetworkPlan network = training::plan_network(config, inputs, classes);
    if (dataset != nullptr && counts_follow_from_masks(config)) take_real_counts(config, *dataset, network);
    std::vector<LayerPlan> layers;
    for (std::size_t k = 0; k < network.layers.size(); ++k) {
        layers.push_back(linear(network.layers[k]));
        const bool is_hidden = k + 1 < network.layers.size();
        if (is_hidden && config.model.activation == "srelu") layers.push_back(srelu(k + 1, network.shape.hidden[k]));
    }
    return layers;
}

}  // namespace espalier::cli
