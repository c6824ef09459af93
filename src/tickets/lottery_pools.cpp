#include <array>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/lottery_pools.hpp>
#include <espalier/topology/superposition/combine.hpp>

namespace espalier::tickets {
namespace {

using topology::StoredNetwork;

void check(topology::Members tickets, const LotteryPoolOptions& options) {
    topology::require_members(tickets);
    if (options.target >= tickets.size()) {
        throw ConfigError("lottery_pools: target " + std::to_string(options.target) + " of " +
                          std::to_string(tickets.size()) + " tickets, which are counted from 0");
    }
    if (options.coefficients.empty()) throw ConfigError("lottery_pools: no coefficient to try");
    for (const double coefficient : options.coefficients) {
        if (coefficient >= 0 && coefficient <= 1) continue;
        throw ConfigError("lottery_pools: coefficient " + std::to_string(coefficient) + " must lie between 0 and 1");
    }
}

/// The interpolation that goes from the best network to a candidate.
StoredNetwork interpolated(const StoredNetwork& best, const StoredNetwork& candidate, double coefficient,
                           const topology::WeightBudget& budget) {
    const std::array both = {&best, &candidate};
    const std::array coefficients = {1 - coefficient, coefficient};
    return topology::pruned(topology::combine(both, coefficients), budget);
}

void take(Selected& pool, const Trial& trial, StoredNetwork&& network) {
    pool.network = std::move(network);
    pool.validation_accuracy = trial.accuracy;
    for (double& coefficient : pool.coefficients) coefficient *= 1 - trial.coefficient;
    pool.coefficients[trial.member] += trial.coefficient;
}

}  // namespace

std::vector<std::size_t> pool_order(std::size_t tickets, std::size_t target, std::size_t candidates) {
    std::vector<std::size_t> order;
    for (std::size_t distance = 1; distance < tickets; ++distance) {
        if (distance <= target) order.push_back(target - distance);
        if (target + distance < tickets) order.push_back(target + distance);
    }
    if (order.size() > candidates) order.resize(candidates);
    return order;
}

Selected lottery_pools(topology::Members tickets, const LotteryPoolOptions& options, const Score& score) {
    check(tickets, options);
    Selected pool;
    pool.network = topology::pruned(*tickets[options.target], options.budget);
    pool.validation_accuracy = score(pool.network);
    pool.coefficients.assign(tickets.size(), 0.0);
    pool.coefficients[options.target] = 1.0;
    for (const std::size_t candidate : pool_order(tickets.size(), options.target, options.candidates)) {
        std::size_t best = pool.trials.size();
        StoredNetwork best_network;
        for (const double coefficient : options.coefficients) {
            StoredNetwork network = interpolated(pool.network, *tickets[candidate], coefficient, options.budget);
            pool.trials.push_back({candidate, coefficient, score(network), false});
            const bool is_first = pool.trials.size() == best + 1;
            if (!is_first && pool.trials.back().accuracy <= pool.trials[best].accuracy) continue;
            best = pool.trials.size() - 1;
            best_network = std::move(network);
        }
        if (pool.trials[best].accuracy <= pool.validation_accuracy) continue;
        pool.trials[best].accepted = true;
        take(pool, pool.trials[best], std::move(best_network));
    }
    return pool;
}

}  // namespace espalier::tickets
