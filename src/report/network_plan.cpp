#include <espalier/base/text/error.hpp>
#include <espalier/data/split.hpp>
#include <espalier/report/network_plan.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/sparsity/masks/distribution.hpp>
#include <espalier/training/plan/batch_inputs.hpp>
#include <espalier/training/plan/channel_cost.hpp>
#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/plan/plan.hpp>

namespace espalier::report {
namespace {

LayerPlan weighted(const nn::NodeSpec& node, const sparsity::LayerAllotment& allotted) {
    return {.name = node.name,
            .kind = node.kind,
            .shape = allotted.shape,
            .weights = sparsity::positions(allotted.shape),
            .kept = allotted.kept,
            .others = node.others,
            .macs = allotted.kept * allotted.uses,
            .dense_macs = sparsity::positions(allotted.shape) * allotted.uses,
            .note = allotted.note};
}

LayerPlan unweighted(const nn::NodeSpec& node) {
    return {.name = node.name, .kind = node.kind, .shape = {node.output().channels}, .others = node.others};
}

bool counts_follow_from_masks(const config::RunConfig& config, const training::NetworkPlan& network) {
    return network.init.saliency != nullptr || config.sparsity.placement == "bernoulli";
}

/// The masks of the run; the plan then has their real counts.
std::vector<Pattern> real_masks(const config::RunConfig& config, const data::Dataset& dataset,
                                training::NetworkPlan& network) {
    const data::Split split = data::split_off_validation(dataset.train.count, config.data.validation);
    const data::Standardisation standardisation = training::standardisation(config, dataset, split.training);
    return training::initial_masks(config, network, {dataset, split.training, standardisation});
}

std::vector<LayerPlan> layers_of(const training::NetworkPlan& network) {
    std::vector<LayerPlan> layers;
    std::size_t number = 0;  // among those with weights
    for (const nn::NodeSpec& node : network.spec.nodes) {
        if (node.weight) layers.push_back(weighted(node, network.layers[number++]));
        if (!node.weight && node.others > 0) layers.push_back(unweighted(node));
    }
    return layers;
}

/// Of the densities that erk gives to as many weights.
double erk_cost(const training::NetworkPlan& network) {
    const std::vector<sparsity::Shape> shapes = network.spec.weight_shapes();
    const double density = network.density();
    const std::vector<double> densities =
        density < 1.0 ? sparsity::erk_densities(shapes, density) : std::vector<double>(shapes.size(), 1.0);
    double sum = 0.0;
    for (std::size_t l = 0; l < shapes.size(); ++l)
        sum += densities[l] * static_cast<double>(sparsity::positions(shapes[l]) * network.layers[l].uses);
    return sum;
}

}  // namespace

std::vector<LayerPlan> plan(const config::RunConfig& config, const nn::Sample& inputs, std::size_t classes,
                            const data::Dataset* dataset) {
    training::NetworkPlan network = training::plan_network(config, inputs, classes);
    if (dataset != nullptr && counts_follow_from_masks(config, network)) real_masks(config, *dataset, network);
    return layers_of(network);
}

PlannedNetwork planned_network(const config::RunConfig& config, const nn::Sample& inputs, std::size_t classes,
                               const data::Dataset* dataset) {
    training::NetworkPlan network = training::plan_network(config, inputs, classes);
    if (dataset == nullptr && network.init.saliency != nullptr) {
        throw ConfigError("sparsity.init = \"" + config.sparsity.init +
                          "\" looks at the data: inspect a configuration that names them");
    }
    static const data::Dataset nothing;
    const std::vector<Pattern> masks = dataset != nullptr
                                           ? real_masks(config, *dataset, network)
                                           : training::initial_masks(config, network, {nothing, {0, 0}, {}});
    PlannedNetwork planned{.layers = layers_of(network), .cost = {}};
    for (const LayerPlan& layer : planned.layers) {
        planned.cost.dense += layer.dense_macs;
        planned.cost.kept += layer.macs;
    }
    planned.cost.erk = erk_cost(network);
    planned.cost.rebuilt = training::rebuilt_multiply_adds(network.spec, masks);
    return planned;
}

}  // namespace espalier::report
