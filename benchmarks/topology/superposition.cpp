#include <memory>
#include <string>
#include <vector>

#include <espalier/topology/superposition/averaging.hpp>
#include <espalier/topology/superposition/combine.hpp>

#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

/// Ten independent tickets of about a million weights: 784-4096-4096-10 at density 0.05.
struct TenTickets {
    std::vector<topology::StoredNetwork> networks;
    std::vector<const topology::StoredNetwork*> members;

    TenTickets() {
        constexpr std::size_t count = 10;
        for (std::size_t ticket = 0; ticket < count; ++ticket) networks.push_back(random_ticket(ticket));
        for (const topology::StoredNetwork& network : networks) members.push_back(&network);
    }

  private:
    static topology::StoredNetwork random_ticket(std::size_t ticket) {
        topology::StoredNetwork network{{.label = std::to_string(ticket), .layers = {}}, {}};
        Stream stream(ticket, Purpose::weight_init);
        std::size_t inputs = 784;
        for (const std::size_t outputs : {4096, 4096, 10}) {
            topology::Layer layer{
                std::to_string(outputs), {outputs, inputs}, random_pattern(outputs, inputs, 0.05, 1 + ticket), {}};
            for (std::size_t k = 0; k < layer.pattern.edges(); ++k) {
                layer.values.push_back(static_cast<float>(stream.below(2'000'001)) / 1e6F - 1.0F);
            }
            network.topology.layers.push_back(std::move(layer));
            network.parameters.push_back({std::to_string(outputs), "bias", std::vector<float>(outputs, 0.1F)});
            inputs = outputs;
        }
        return network;
    }
};

const bool registered = [] {
    using topology::PruneAt;
    const auto superposing = [](PruneAt prune_at) {
        return [prune_at]() -> std::function<void()> {
            const auto tickets = std::make_shared<TenTickets>();
            const topology::WeightBudget budget =
                topology::budget_of(tickets->members, topology::edges(tickets->networks[0].topology));
            return [=] {
                benchmark::DoNotOptimize(
                    topology::superpose(tickets->members, topology::averaging_rule("cia"), budget, prune_at));
            };
        };
    };
    for (const int threads : {1, 2}) {
        const std::string what = "/10x784-4096-4096-10/density:0.05";
        measure(
            "topology/superposition/combine" + what, threads,
            []() -> std::function<void()> {
                const auto tickets = std::make_shared<TenTickets>();
                return [=] { benchmark::DoNotOptimize(topology::mean_of(tickets->members)); };
            },
            [] { return Work{}; });
        measure("topology/superposition/pruned_once" + what, threads, superposing(PruneAt::end), [] { return Work{}; });
        measure("topology/superposition/pruned_each" + what, threads, superposing(PruneAt::each_member),
                [] { return Work{}; });
    }
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
