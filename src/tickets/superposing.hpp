#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/tickets/selection.hpp>
#include <espalier/topology/superposition/averaging.hpp>

namespace espalier::tickets {

/// How tickets become one; what a method has no use for is not looked at.
struct SuperposeOptions {
    std::string average = "cia";  ///< the rule of sup_tickets
    std::optional<double> gamma;  ///< of moving averages, instead of the rule's own
    topology::PruneAt prune_at = topology::PruneAt::each_member;
    std::size_t target = 0;                 ///< of lottery_pools, and for values "reference"
    std::vector<double> coefficients;       ///< of lottery_pools; empty: the published ones
    std::optional<std::size_t> candidates;  ///< of lottery_pools
    std::string values = "mean_present";    ///< of consensus masks
    std::optional<double> share;            ///< of majority: 0.5
    topology::WeightBudget budget;          ///< what the result is pruned to
};

/// A superposition as asked for.
struct SuperposeCall {
    topology::Members members;
    const SuperposeOptions& options;
    std::span<const double> accuracies;  ///< the members' own on validation data; of methods that select
    const Score& score;                  ///< of methods that select; others never call it
};

/// A method; a file or an option may name it.
struct SuperposeMethod : Named {
    /// It chooses by validation accuracy.
    bool selects = false;
    /// Its result has the target's number of weights unless another is wanted; else all that its mask keeps.
    bool keeps_density = true;
    /// Command line options that it uses beside those of all methods.
    std::vector<std::string> takes = {};
    /// Its validation accuracy is NaN, its trials are empty where it does not select; coefficients are empty where
    /// members have no fixed part in the result (consensus masks).
    Selected (*work)(const SuperposeCall&) = nullptr;
};

/// sup_tickets, lottery_pools, soups, averages and consensus masks (definitions.md 5.2 to 5.6).
const std::vector<SuperposeMethod>& superpose_methods();

/// @throws ConfigError naming the methods there are; for ensembles, which are no one network, the command for these
const SuperposeMethod& superpose_method(std::string_view name);

}  // namespace espalier::tickets
