#include <espalier/base/error.hpp>
#include <espalier/cli/plan.hpp>
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

}  // namespace

std::vector<LayerPlan> plan(const config::RunConfig& config, std::size_t inputs, std::size_t classes) {
    require_countable(config, inputs, classes);
    const training::NetworkPlan network = training::plan_network(config, inputs, classes);
    std::vector<LayerPlan> layers;
    for (std::size_t k = 0; k < network.layers.size(); ++k) {
        layers.push_back(linear(network.layers[k]));
        const bool is_hidden = k + 1 < network.layers.size();
        if (is_hidden && config.model.activation == "srelu") layers.push_back(srelu(k + 1, network.shape.hidden[k]));
    }
    return layers;
}

}  // namespace espalier::cli
