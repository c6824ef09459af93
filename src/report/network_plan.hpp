#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <espalier/config/run_config.hpp>
#include <espalier/data/dataset.hpp>
#include <espalier/training/plan/plan.hpp>

namespace espalier::report {

/// One layer of a network that has not been built.
struct LayerPlan {
    std::string name;
    std::string kind;                ///< "linear", "srelu"
    std::vector<std::size_t> shape;  ///< [out, in]; [features] of an activation
    std::size_t weights = 0;         ///< that a mask can thin out
    std::size_t kept = 0;            ///< of these
    std::size_t others = 0;          ///< parameters without a mask: biases, those of an activation
    std::size_t macs = 0;        ///< multiply-adds of a forward pass of one sample; a backward pass has twice as many
    std::size_t dense_macs = 0;  ///< the same with every weight kept
    std::string note = {};       ///< what of the configuration it does not follow, and why; else empty
};

/// What a forward pass of one sample costs, in multiply-adds (definitions.md 3.15).
struct NetworkCost {
    std::size_t dense = 0;    ///< with every weight kept
    std::size_t kept = 0;     ///< with those that are
    double erk = 0.0;         ///< with densities by erk for the same number of weights
    std::size_t rebuilt = 0;  ///< densely, without channels that the masks cut off (rebuilt_multiply_adds)
};

/// A network that has not been built.
struct PlannedNetwork {
    std::vector<LayerPlan> layers;  ///< those with parameters
    NetworkCost cost;
};

/// The layers with parameters that a resolved configuration gives, with the exact numbers of kept weights. Where these
/// are known only when the masks are (snip and its like), the masks are found.
/// @param inputs, classes  of the dataset
/// @param dataset  what scores are taken from; null: the counts of such inits are provisional
/// @throws ConfigError as sparsity::allot; where the network has more than 2^60 weights
std::vector<LayerPlan> plan(const config::RunConfig& config, const nn::Sample& inputs, std::size_t classes,
                            const data::Dataset* dataset = nullptr);

/// The same with what a pass costs, for which all masks are found.
/// @param dataset  null: as in `plan`, but for inits that need data refused
/// @throws ConfigError as `plan`
PlannedNetwork planned_network(const config::RunConfig& config, const nn::Sample& inputs, std::size_t classes,
                               const data::Dataset* dataset = nullptr);

}  // namespace espalier::report
