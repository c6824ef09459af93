#pragma once

#include <string>
#include <vector>

#include <espalier/training/plan/plan.hpp>

/// What configuration and sizes alone show about a run before its first step.
namespace espalier::training {

/// A method that drops a share of a layer's weights must be able to drop one: a share of few weights rounds to none.
/// @throws ConfigError where at the first exchange no layer loses a weight
void require_droppable(const config::RunConfig& config, const sparsity::UpdatePlan& updates,
                       const NetworkPlan& network);

/// What is asked for and will not come, one line each: lengths of time beyond the training's end, a density that the
/// schedule does not reach, updates that have nothing to exchange, and fewer of them than five.
std::vector<std::string> without_effect(const config::RunConfig& config, const sparsity::UpdatePlan& updates,
                                        const NetworkPlan& network, std::int64_t steps_per_epoch);

/// That every length of time fits into the training, and updates fall in it.
/// @throws ConfigError as the run would at its start
void require_possible_times(const config::RunConfig& config, std::size_t examples);

/// Batch normalisation needs two samples in every batch.
/// @throws ConfigError where the last of an epoch would have one, or all
void require_batches(const config::RunConfig& config, std::size_t examples);

/// Plans a run as its start does, but for what only the data's values or the drawn masks show.
/// @throws ConfigError as the run would at its start
void require_possible(const config::RunConfig& config, const DataSizes& sizes);

}  // namespace espalier::training
