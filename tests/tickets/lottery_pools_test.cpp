#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/lottery_pools.hpp>
#include <espalier/topology/superposition/averaging.hpp>
#include <espalier/topology/superposition/combine.hpp>

#include "topology/superposition/dense_twin.hpp"

namespace espalier::tickets {
using namespace testing;
using topology::StoredNetwork;
namespace {

/// As good as the network is near a point between the tickets: something to climb, without data.
double nearness(const StoredNetwork& network) {
    double sum = 0;
    for (std::size_t l = 0; l < network.topology.layers.size(); ++l) {
        const DenseLayer layer = written_out(network.topology.layers[l]);
        for (std::size_t at = 0; at < layer.size(); ++at) {
            sum -= std::abs(layer[at].value_or(0.0F) - std::sin(static_cast<double>(at + l)));
        }
    }
    return sum;
}

/// The search as the program has it, one interpolation after the other, every position written out.
struct SlowPool {
    std::vector<DenseLayer> weights;
    double score = 0;
    std::vector<std::pair<std::size_t, double>> accepted;
};

double slow_score(const std::vector<DenseLayer>& layers) {
    double sum = 0;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        for (std::size_t at = 0; at < layers[l].size(); ++at) {
            sum -= std::abs(layers[l][at].value_or(0.0F) - std::sin(static_cast<double>(at + l)));
        }
    }
    return sum;
}

std::vector<DenseLayer> slow_interpolation(const std::vector<DenseLayer>& best, const std::vector<DenseLayer>& other,
                                           double part, std::size_t keep) {
    std::vector<DenseLayer> mixed = best;
    std::vector<float> magnitudes;
    for (std::size_t l = 0; l < best.size(); ++l) {
        for (std::size_t at = 0; at < best[l].size(); ++at) {
            if (!best[l][at] && !other[l][at]) continue;
            mixed[l][at] = static_cast<float>((1 - part) * best[l][at].value_or(0.0F) +
                                              part * static_cast<double>(other[l][at].value_or(0.0F)));
            magnitudes.push_back(std::abs(*mixed[l][at]));
        }
    }
    std::ranges::sort(magnitudes, std::ranges::greater{});
    if (magnitudes.size() <= keep) return mixed;
    for (DenseLayer& layer : mixed) {
        for (std::optional<float>& value : layer) {
            if (value && std::abs(*value) < magnitudes[keep - 1]) value.reset();
        }
    }
    return mixed;
}

SlowPool slow_pool(const std::vector<StoredNetwork>& tickets, std::size_t target,
                   const std::vector<double>& coefficients, std::size_t keep) {
    SlowPool pool{written_out(tickets[target]), 0, {}};
    pool.score = slow_score(pool.weights);
    std::vector<std::size_t> others;
    for (std::size_t k = 0; k < tickets.size(); ++k) {
        if (k != target) others.push_back(k);
    }
    std::ranges::stable_sort(others, {}, [&](std::size_t k) { return k < target ? target - k : k - target; });
    for (const std::size_t other : others) {
        double best = -INFINITY;
        double best_part = 0;
        std::vector<DenseLayer> best_weights;
        for (const double part : coefficients) {
            const auto mixed = slow_interpolation(pool.weights, written_out(tickets[other]), part, keep);
            if (slow_score(mixed) <= best) continue;
            best = slow_score(mixed);
            best_part = part;
            best_weights = mixed;
        }
        if (best <= pool.score) continue;
        pool.score = best;
        pool.weights = best_weights;
        pool.accepted.emplace_back(other, best_part);
    }
    return pool;
}

std::vector<StoredNetwork> random_pool(std::size_t count, Stream& stream) {
    std::vector<StoredNetwork> tickets = random_networks(count, 0.4, stream);
    for (StoredNetwork& ticket : tickets) {
        for (topology::Layer& layer : ticket.topology.layers) {
            const std::vector<double> values = random_values(layer.values.size(), stream);  // no ties
            std::ranges::copy(values, layer.values.begin());
        }
    }
    return tickets;
}

}  // namespace

TEST_CASE("lottery pools: candidates by distance, the previous one first", "[tickets][lottery_pools]") {
    using Order = std::vector<std::size_t>;
    CHECK(pool_order(6, 2, 18) == Order{1, 3, 0, 4, 5});
    CHECK(pool_order(4, 0, 18) == Order{1, 2, 3});
    CHECK(pool_order(4, 3, 2) == Order{2, 1});
    CHECK(pool_order(1, 0, 18).empty());
}

TEST_CASE("lottery pools agrees with the search written out", "[tickets][lottery_pools]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 12; ++trial) {
        Stream stream = test_stream(trial);
        const std::vector<StoredNetwork> tickets = random_pool(2 + trial % 4, stream);
        LotteryPoolOptions options;
        options.target = trial % tickets.size();
        const std::size_t keep = topology::edges(tickets[options.target].topology);
        options.budget = topology::budget_of(pointers(tickets), keep);
        const Selected pool = lottery_pools(pointers(tickets), options, nearness);
        const SlowPool slow = slow_pool(tickets, options.target, options.coefficients, keep);
        CHECK(written_out(pool.network) == slow.weights);
        CHECK(pool.validation_accuracy == Approx(slow.score));
        std::vector<std::pair<std::size_t, double>> accepted;
        for (const Trial& one : pool.trials) {
            if (one.accepted) accepted.emplace_back(one.member, one.coefficient);
        }
        CHECK(accepted == slow.accepted);
        CHECK(pool.trials.size() == (tickets.size() - 1) * options.coefficients.size());
    }
}

TEST_CASE("lottery pools: never worse on validation, density kept, parts sum to 1", "[tickets][lottery_pools]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 8; ++trial) {
        Stream stream = test_stream(trial);
        const std::vector<StoredNetwork> tickets = random_pool(5, stream);
        LotteryPoolOptions options;
        options.target = 2;
        const std::size_t keep = topology::edges(tickets[2].topology);
        options.budget = topology::budget_of(pointers(tickets), keep);
        const Selected pool = lottery_pools(pointers(tickets), options, nearness);
        CHECK(topology::edges(pool.network.topology) == keep);
        double before = nearness(tickets[2]);
        double last = before;
        for (const Trial& one : pool.trials) {
            if (!one.accepted) continue;
            CHECK(one.accuracy > last);
            last = one.accuracy;
        }
        CHECK(pool.validation_accuracy == last);
        CHECK(pool.validation_accuracy >= before);
        double parts = 0;
        for (const double part : pool.coefficients) parts += part;
        CHECK(parts == Approx(1.0));
    }
}

TEST_CASE("lottery pools: with coefficient 0, one ticket or equal ones nothing changes", "[tickets][lottery_pools]") {
    Stream stream = test_stream();
    const std::vector<StoredNetwork> tickets = random_pool(3, stream);
    LotteryPoolOptions options;
    options.budget = topology::budget_of(pointers(tickets), topology::edges(tickets[0].topology));
    const std::vector<StoredNetwork> equal(3, tickets[0]);
    CHECK(same_bits(lottery_pools(pointers(equal), options, nearness).network, tickets[0]));
    const std::vector<StoredNetwork> alone = {tickets[0]};
    CHECK(same_bits(lottery_pools(pointers(alone), options, nearness).network, tickets[0]));
    options.coefficients = {0};
    const Selected same = lottery_pools(pointers(tickets), options, nearness);
    CHECK(same_bits(same.network, tickets[0]));
    CHECK(same.trials.size() == 2);
    CHECK(same.coefficients == std::vector<double>{1, 0, 0});
}

TEST_CASE("lottery pools: an equal accuracy is no improvement", "[tickets][lottery_pools]") {
    Stream stream = test_stream();
    const std::vector<StoredNetwork> tickets = random_pool(3, stream);
    const Selected pool = lottery_pools(pointers(tickets), {}, [](const StoredNetwork&) { return 0.5; });
    CHECK(same_bits(pool.network, tickets[0]));
    for (const Trial& one : pool.trials) CHECK(!one.accepted);
}

TEST_CASE("lottery pools: bad options", "[tickets][lottery_pools]") {
    Stream stream = test_stream();
    const std::vector<StoredNetwork> tickets = random_pool(2, stream);
    const auto with = [&](const LotteryPoolOptions& options) {
        return lottery_pools(pointers(tickets), options, nearness);
    };
    CHECK_THROWS_WITH(with({.target = 2}), Contains("target 2 of 2"));
    CHECK_THROWS_WITH(with({.coefficients = {}}), Contains("no coefficient"));
    CHECK_THROWS_WITH(with({.coefficients = {0.5, 1.5}}), Contains("1.5"));
}

}  // namespace espalier::tickets
