#pragma once

#include <espalier/config/run_config.hpp>
#include <espalier/sparsity/update/update_plan.hpp>

namespace espalier::training {

/// What configurations of runs whose neurons are dealt to ranks may ask for; nn/graph/neuron_dealing.hpp looks at the
/// model's layers. Methods may look at kept weights, one layer at a time.
/// @throws ConfigError naming the key and what to set
void require_dealable(const config::RunConfig& config, const sparsity::UpdatePlan& plan);

}  // namespace espalier::training
