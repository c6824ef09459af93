#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/topology/superposition/members.hpp>
#include <espalier/topology/superposition/prune_to.hpp>

namespace espalier::topology {

/// How an average takes in its next member (definitions.md 5.2).
struct AveragingRule : Named {
    enum class Kind {
        running,  ///< (1 - 1/(k+1)) average + 1/(k+1) member: all members weigh alike
        moving,   ///< (1 - gamma) average + gamma member: later ones weigh more
        present,  ///< each weight's mean over the members that have it
    };
    Kind kind = Kind::running;
    double gamma = 0;  ///< of a moving average; the default, which may be replaced
};

/// cia, cima, caa_true, swa, ema.
///
/// `cia` is what the program of Sup-tickets calls CAA and uses; its paper's connection-aware average is `caa_true`.
/// `swa` is the same arithmetic as `cia`, `ema` as `cima` with the fixed weight on the member that comes, as the
/// program of Lottery Pools has it (so that the last member dominates).
const std::vector<AveragingRule>& averaging_rules();

/// @throws ConfigError naming the rules there are
const AveragingRule& averaging_rule(std::string_view name);

/// Each member's part in an average that is not pruned in between; they sum to 1. Of caa_true the part where all
/// members have the weight.
std::vector<double> averaging_shares(const AveragingRule& rule, std::size_t members);

/// When a superposition is brought back to its number of weights. In both cases the result has it exactly, unless the
/// members' union has fewer.
enum class PruneAt {
    each_member,  ///< whenever a member came in, as the program of Sup-tickets does
    end,          ///< once, as its figure shows
};

/// Members to one network, in their order.
///
/// Superposing a ticket with itself, however often, gives it back to the bit. With PruneAt::end, running and present do
/// not depend on the members' order but for the last bit; else they do.
///
/// @param budget  as a rule budget_of()
/// @throws as combine() and prune_to(); ConfigError for a gamma outside (0, 1]
/// Cost: O(members x edges); with PruneAt::each_member in as many passes as there are members.
StoredNetwork superpose(Members members, const AveragingRule& rule, const WeightBudget& budget,
                        PruneAt prune_at = PruneAt::each_member);

/// `total` weights, where layers that are full in every member stay full (see prune_to).
WeightBudget budget_of(Members members, std::size_t total);

}  // namespace espalier::topology
