#include <espalier/base/text/error.hpp>
#include <espalier/data/split.hpp>
#include <espalier/report/network_plan.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/training/plan/batch_inputs.hpp>
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
            .note = allotted.note};
}

LayerPlan unweighted(const nn::NodeSpec& node) {
    return {.name = node.name, .kind = node.kind, .shape = {node.output().channels}, .others = node.others};
}

bool counts_follow_from_masks(const config::RunConfig& config, const training::NetworkPlan& network) {
    return network.init.saliency != nullptr || config.sparsity.placement == "bernoulli";
}

void take_real_counts(const config::RunConfig& config, const data::Dataset& dataset, training::NetworkPlan& network) {
    const data::Split split = data::split_off_validation(dataset.train.count, config.data.validation);
    const data::Standardisation standardisation = training::standardisation(config, dataset, split.training);
    training::initial_masks(config, network, {dataset, split.training, standardisation});
}

}  // namespace

std::vector<LayerPlan> plan(const config::RunConfig& config, const nn::Sample& inputs, std::size_t classes,
                            const data::Dataset* dataset) {
    training::NetworkPlan network = training::plan_network(config, inputs, classes);
    if (dataset != nullptr && counts_follow_from_masks(config, network)) take_real_counts(config, *dataset, network);
    std::vector<LayerPlan> layers;
    std::size_t number = 0;  // among those with weights
    for (const nn::NodeSpec& node : network.spec.nodes) {
        if (node.weight) layers.push_back(weighted(node, network.layers[number++]));
        if (!node.weight && node.others > 0) layers.push_back(unweighted(node));
    }
    return layers;
}

}  // namespace espalier::report
