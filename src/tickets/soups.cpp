#include <algorithm>
#include <numeric>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/soups.hpp>
#include <espalier/topology/superposition/combine.hpp>

namespace espalier::tickets {
namespace {

using topology::StoredNetwork;

std::vector<std::size_t> best_first(std::span<const double> accuracies) {
    std::vector<std::size_t> order(accuracies.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t k) { return accuracies[k]; });
    return order;
}

}  // namespace

StoredNetwork uniform_soup(topology::Members tickets, const topology::WeightBudget& budget) {
    return topology::pruned(topology::mean_of(tickets), budget);
}

Selected greedy_soup(topology::Members tickets, std::span<const double> accuracies,
                     const topology::WeightBudget& budget, const Score& score) {
    topology::require_members(tickets);
    if (accuracies.size() != tickets.size()) {
        throw FormatError("greedy_soup: " + std::to_string(accuracies.size()) + " accuracies of " +
                          std::to_string(tickets.size()) + " tickets");
    }
    const std::vector<std::size_t> order = best_first(accuracies);
    Selected soup;
    std::vector<const StoredNetwork*> in = {tickets[order.front()]};
    std::vector<std::size_t> numbers = {order.front()};
    soup.network = uniform_soup(in, budget);
    // Pruned to a lower density than its own, the best ticket has no longer the accuracy it had.
    soup.validation_accuracy = score(soup.network);
    soup.trials.push_back({order.front(), 1.0, soup.validation_accuracy, true});
    for (const std::size_t member : std::span(order).subspan(1)) {
        in.push_back(tickets[member]);
        StoredNetwork network = uniform_soup(in, budget);
        const double accuracy = score(network);
        const bool stays = accuracy >= soup.validation_accuracy;
        soup.trials.push_back({member, 1 / static_cast<double>(in.size()), accuracy, stays});
        if (!stays) {
            in.pop_back();
            continue;
        }
        numbers.push_back(member);
        soup.network = std::move(network);
        soup.validation_accuracy = accuracy;
    }
    soup.coefficients.assign(tickets.size(), 0.0);
    for (const std::size_t member : numbers) soup.coefficients[member] = 1 / static_cast<double>(numbers.size());
    return soup;
}

}  // namespace espalier::tickets
