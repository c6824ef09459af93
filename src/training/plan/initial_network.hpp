#pragma once

#include <span>
#include <vector>

#include <espalier/training/plan/plan.hpp>
#include <espalier/training/plan/scoring_samples.hpp>

namespace espalier::training {

/// The masks a run begins with, one per weight layer. The plan then says how many weights each layer really keeps, and
/// in its notes which keep none.
///
/// A dense network exists only for inits that look at one (sparsity/saliency/saliencies.hpp), in double: about 40 bytes
/// a position, for the time of this call.
/// @throws ConfigError where that is more than the machine has
/// @param data  what inits that take gradients take them from
std::vector<Pattern> initial_masks(const config::RunConfig& config, NetworkPlan& plan, const ScoringData& data);

/// The same for distributions and structures, which look at no network.
std::vector<Pattern> drawn_masks(const config::RunConfig& config, const NetworkPlan& plan);

/// Draws masks and weights from the configuration's seed, or takes them from init file.
///
/// Where the mask was found by looking at weights, the kept ones of these are the run's (rescaled as model.fan_in has
/// it); else only kept weights are ever drawn.
nn::Network<float> make_network(const config::RunConfig& config, NetworkPlan& plan, const ScoringData& data);

/// For inits that need no data.
/// @throws ConfigError where this one does
nn::Network<float> make_network(const config::RunConfig& config, const NetworkPlan& plan);

/// A network with the masks, weights and other parameters of a stored one, of the configured model.
/// @param inputs, classes  of the dataset
/// @throws ConfigError naming the layer and both shapes where the stored one is of another model, or one without
/// weights
nn::Network<float> make_network(const config::RunConfig& config, const topology::StoredNetwork& stored,
                                const nn::Sample& inputs, std::size_t classes);

/// The same for evaluation alone, with batch norms folded into the layers before them (nn/graph/fold_batch_norm.hpp).
/// @throws ConfigError also where there are none
nn::Network<float> make_folded_network(const config::RunConfig& config, const topology::StoredNetwork& stored,
                                       const nn::Sample& inputs, std::size_t classes);

/// Refuses a stored network of which the configured model would take only a part, or that it would have to complete:
/// see loaded_parameters.hpp. Widths do not matter here, so no data are needed.
/// @throws ConfigError naming all parameters without a place, or all that are missing
void require_model(const config::RunConfig& config, const topology::StoredNetwork& stored);

/// Draws the weights that layer `number` of those with weights would have if it kept all: those of a dense network of
/// the same seed.
/// @param values [positions of the layer], overwritten
void draw_dense(const config::RunConfig& config, const NetworkPlan& plan, std::size_t number, std::span<float> values);

}  // namespace espalier::training
