#include <cmath>
#include <memory>
#include <numeric>

#include <espalier/base/random/random.hpp>
#include <espalier/topology/alignment/unit_assignment.hpp>
#include <espalier/topology/alignment/unit_similarity.hpp>
#include <espalier/topology/alignment/weight_matching.hpp>
#include <espalier/topology/assignment/assignment.hpp>

#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

using namespace topology;

constexpr std::size_t width = 4096;
constexpr std::size_t middle = 1;  // the group with as wide a group on both sides
constexpr std::size_t last = 2;    // before the ten outputs

/// 784-4096-4096-4096-10 at density 0.05, the last layer full; weights uniform with the variance of He et al. 2015.
StoredNetwork random_ticket(std::uint64_t seed) {
    const std::vector<std::size_t> widths = {784, width, width, width, 10};
    StoredNetwork ticket{{.label = "ticket", .layers = {}}, {}};
    for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
        const double density = l + 2 == widths.size() ? 1.0 : 0.05;
        const std::string name = "fc" + std::to_string(l + 1);
        Layer layer{name, {widths[l + 1], widths[l]}, random_pattern(widths[l + 1], widths[l], density, seed + l), {}};
        Stream stream(seed, Purpose::test, static_cast<std::uint32_t>(l));
        const double range = std::sqrt(6.0 / (density * static_cast<double>(widths[l])));
        const auto uniform = [&] { return static_cast<float>(range * (2.0 * stream() / 4294967296.0 - 1.0)); };
        for (std::size_t k = 0; k < layer.pattern.edges(); ++k) layer.values.push_back(uniform());
        std::vector<float> bias(widths[l + 1]);
        for (float& one : bias) one = uniform();
        ticket.topology.layers.push_back(std::move(layer));
        ticket.parameters.push_back({name, "bias", std::move(bias)});
    }
    return ticket;
}

Permutation shuffled(std::size_t size, std::size_t exchanges, std::uint64_t seed) {
    Permutation permutation = identity_permutation(size);
    Stream stream(seed, Purpose::test);
    for (std::size_t k = 0; k < exchanges; ++k) {
        const std::size_t one = stream() % size;
        const std::size_t other = stream() % size;
        std::swap(permutation[one], permutation[other]);
    }
    return permutation;
}

/// Two tickets of no relation: for assignments the worst case.
struct Tickets {
    StoredNetwork first = random_ticket(1);
    StoredNetwork second = random_ticket(100);
};

/// The second is the first with units exchanged.
struct PlantedTickets {
    StoredNetwork first = random_ticket(1);
    StoredNetwork second =
        permuted(first, {shuffled(width, 4 * width, 1), shuffled(width, 4 * width, 2), shuffled(width, 4 * width, 3)});
};

std::function<void()> costs() {
    const Tickets tickets;
    const auto pair = std::make_shared<PairedNetworks>(
        pair_networks(tickets.first, tickets.second, AlignmentObjective::weights, true));
    return [pair] { benchmark::DoNotOptimize(unit_costs(*pair, middle, identity_permutations(pair->groups))(0, 0)); };
}

/// Costs of a group; of the last one by its outputs alone, which makes them of rank 10.
std::shared_ptr<CostMatrix> costs_of(std::size_t group, bool by_outputs_alone = false) {
    const Tickets tickets;
    const PairedNetworks pair = pair_networks(tickets.first, tickets.second, AlignmentObjective::weights, true);
    Permutations places = identity_permutations(pair.groups);
    if (by_outputs_alone) places = Permutations(pair.groups.size());
    return std::make_shared<CostMatrix>(unit_costs(pair, group, places));
}

std::function<void()> cold(const std::shared_ptr<CostMatrix>& costs) {
    return [costs] { benchmark::DoNotOptimize(assign_units(*costs, {}, identity_permutation(width)).cost); };
}

std::function<void()> by_paths_alone(const std::shared_ptr<CostMatrix>& costs) {
    return [costs] { benchmark::DoNotOptimize(solve_assignment(*costs).cost); };
}

/// As in a late sweep: some hundred units of the groups beside have changed places.
std::function<void()> warm() {
    const Tickets tickets;
    const PairedNetworks pair = pair_networks(tickets.first, tickets.second, AlignmentObjective::weights, true);
    Permutations places = identity_permutations(pair.groups);
    const auto before =
        std::make_shared<Assignment>(assign_units(unit_costs(pair, middle, places), {}, identity_permutation(width)));
    places[0] = shuffled(width, 50, 1);
    places[2] = shuffled(width, 50, 2);
    const auto costs = std::make_shared<CostMatrix>(unit_costs(pair, middle, places));
    return
        [costs, before] { benchmark::DoNotOptimize(assign_units(*costs, before->column_dual, before->column).cost); };
}

std::function<void()> sweep_over_layers() {
    const auto tickets = std::make_shared<Tickets>();
    return [tickets] {
        const AlignmentOptions once{.max_sweeps = 1, .starts = {AlignmentStart::identity}};
        benchmark::DoNotOptimize(align(tickets->first, tickets->second, once).objective);
    };
}

template <class Pair>
std::function<void()> convergence() {
    const auto tickets = std::make_shared<Pair>();
    return [tickets] { benchmark::DoNotOptimize(align(tickets->first, tickets->second).objective); };
}

const bool registered = [] {
    const std::vector<std::pair<std::string, std::function<std::function<void()>()>>> parts = {
        {"costs", costs},
        {"assignment_cold", [] { return cold(costs_of(middle)); }},
        {"assignment_warm", warm},
        {"assignment_by_paths_alone", [] { return by_paths_alone(costs_of(middle)); }},
        {"low_rank_assignment", [] { return cold(costs_of(last, true)); }},
        {"low_rank_assignment_by_paths_alone", [] { return by_paths_alone(costs_of(last, true)); }},
        {"sweep", sweep_over_layers},
        {"unrelated", convergence<Tickets>},
        {"planted", convergence<PlantedTickets>}};
    for (const auto& [name, prepare] : parts) {
        measure("topology/alignment/" + name, 2, prepare, [] { return Work{}; });
    }
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
