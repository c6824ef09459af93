#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/tickets/activation_matching.hpp>

#include "tickets.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

topology::Permutations rotated(const topology::StoredNetwork& network) {
    topology::Permutations permutations = topology::identity_permutations(topology::unit_groups(network));
    for (topology::Permutation& one : permutations) std::rotate(one.begin(), one.begin() + 5, one.end());
    return permutations;
}

/// Activations of hidden unit by plain loops: correlation over the samples that both networks see.
double correlation(const std::vector<double>& a, const std::vector<double>& b) {
    double mean_a = 0;
    double mean_b = 0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        mean_a += a[k] / static_cast<double>(a.size());
        mean_b += b[k] / static_cast<double>(a.size());
    }
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        ab += (a[k] - mean_a) * (b[k] - mean_b);
        aa += (a[k] - mean_a) * (a[k] - mean_a);
        bb += (b[k] - mean_b) * (b[k] - mean_b);
    }
    return aa * bb > 1e-20 ? ab / std::sqrt(aa * bb) : 0;
}

}  // namespace

TEST_CASE("activation matching: permuted units come back, dead ones excepted", "[tickets][alignment]") {
    TemporaryFolder folder;
    for (const std::string activation : {"relu", "srelu"}) {
        const Ticket ticket = read_tickets({trained(folder / activation, {"model.activation=" + activation})}).front();
        const Evaluation evaluation(ticket.config);
        const topology::Permutations planted = rotated(ticket.network);
        const topology::StoredNetwork moved = topology::permuted(ticket.network, planted);
        for (const auto likeness : {ActivationLikeness::correlation, ActivationLikeness::inner_product}) {
            const topology::Alignment found =
                match_activations(evaluation, ticket.network, moved, {.likeness = likeness});
            CHECK(found.objective <= found.bound * (1 + 1e-6));
            CHECK(found.history.size() == 2);
            CHECK(found.history.front() < found.history.back());
            const topology::Permutations both = topology::composed(planted, found.permutations);
            for (std::size_t g = 0; g < both.size(); ++g) {
                std::size_t dead = 0;  // without inputs: constant
                for (std::size_t u = 0; u < both[g].size(); ++u) {
                    dead += ticket.network.topology.layers[g].pattern.row(u).empty() ? 1 : 0;
                }
                CHECK(topology::moved_units(both[g]) <= dead + 2);
            }
        }
    }
}

TEST_CASE("activation matching: a network matched with itself stays, with equal bits for any number of threads",
          "[tickets][alignment]") {
    TemporaryFolder folder;
    const Ticket a = read_tickets({trained(folder / "a")}).front();
    const Ticket b = read_tickets({trained(folder / "b", {"seed=2"})}).front();
    const Evaluation evaluation(a.config);
    const topology::Alignment self = match_activations(evaluation, a.network, a.network);
    CHECK(self.permutations == topology::identity_permutations(topology::unit_groups(a.network)));
    const topology::Alignment one = match_activations(evaluation, a.network, b.network);
    set_threads(2);
    const topology::Alignment two = match_activations(evaluation, a.network, b.network);
    set_threads(1);
    CHECK(one.permutations == two.permutations);
    CHECK(one.objective == two.objective);
    CHECK(one.groups.front().moved > 0);
}

TEST_CASE("activation matching: the objective is the sum of correlations, by plain loops", "[tickets][alignment]") {
    TemporaryFolder folder;
    const Ticket a = read_tickets({trained(folder / "a")}).front();
    const Ticket b = read_tickets({trained(folder / "b", {"seed=2"})}).front();
    const Evaluation evaluation(a.config);
    const std::size_t samples = 100;
    const topology::Alignment found = match_activations(evaluation, a.network, b.network, {.samples = samples});
    // Activations by a pass over one example at a time.
    std::vector<std::vector<std::vector<std::vector<double>>>> seen(2);  // [network][group][unit][sample]
    for (std::size_t n = 0; n < 2; ++n) {
        nn::Network<float> network = evaluation.build(n == 0 ? a.network : b.network);
        const std::vector<std::size_t> weighted = network.weighted_layers();
        for (std::size_t l = 1; l < weighted.size(); ++l) {
            seen[n].emplace_back(network.layer(weighted[l]).inputs());
        }
        nn::Workspace<float> workspace;
        workspace.keep_outputs = true;
        training::Evaluator evaluator(network);
        const std::size_t first = evaluation.range(Part::training).begin;
        for (std::size_t k = 0; k < samples; ++k) {
            evaluator.visit(evaluation.dataset().train, {first + k, first + k + 1}, evaluation.standardisation(),
                            [&](const training::Evaluator::Batch& batch) {
                                network.forward(workspace, batch.inputs, {});
                                for (std::size_t l = 1; l < weighted.size(); ++l) {
                                    const auto in = network.layer_input(workspace, weighted[l]);
                                    for (std::size_t u = 0; u < in.features; ++u) {
                                        seen[n][l - 1][u].push_back(in.row(u)[0]);
                                    }
                                }
                            });
        }
    }
    double sum = 0;
    for (std::size_t g = 0; g < found.permutations.size(); ++g) {
        for (std::size_t u = 0; u < found.permutations[g].size(); ++u) {
            sum += correlation(seen[0][g][u], seen[1][g][found.permutations[g][u]]);
        }
    }
    CHECK(found.objective == Approx(sum).epsilon(1e-4));
}

}  // namespace espalier::tickets
