#pragma once

#include <cstdint>
#include <vector>

#include <espalier/config/run_config.hpp>
#include <espalier/nn/mlp.hpp>
#include <espalier/optim/learning_rate.hpp>
#include <espalier/optim/optimizer.hpp>
#include <espalier/sparsity/allotment.hpp>
#include <espalier/sparsity/update_plan.hpp>

/// What a resolved configuration means for the rooms below: their own options, and the network with its masks.
namespace espalier::training {

/// Layers and how many weights each keeps; what `inspect` shows of a configuration.
struct NetworkPlan {
    nn::MlpShape shape;
    std::vector<sparsity::LayerAllotment> layers;  ///< one a linear layer

    std::size_t positions() const;
    std::size_t kept() const;
    double density() const;  ///< kept over positions, layers forced dense included
};

/// @throws ConfigError where the counts cannot be (see sparsity::allot)
NetworkPlan plan_network(const config::RunConfig& config, std::size_t inputs, std::size_t classes);

/// Draws masks and weights from the configuration's seed.
nn::Network<float> make_network(const config::RunConfig& config, const NetworkPlan& plan);

optim::OptimizerOptions optimizer_options(const config::RunConfig& config);
optim::LearningRate learning_rate(const config::RunConfig& config, std::int64_t steps_per_epoch);

/// When and how the topology changes; the last exchange falls on floor(stop_fraction * total steps) at the latest.
/// @throws ConfigError where a density schedule has no time for a single event
sparsity::UpdatePlan update_plan(const config::RunConfig& config, std::int64_t steps_per_epoch);

}  // namespace espalier::training
