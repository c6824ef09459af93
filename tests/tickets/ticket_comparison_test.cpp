#include <espalier/tickets/ticket_comparison.hpp>

#include "tickets.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

/// A ticket whose hidden units stand the other way round: the same function.
Ticket turned_round(Ticket ticket) {
    topology::Permutations permutations;
    for (const topology::UnitGroup& group : topology::unit_groups(ticket.network)) {
        topology::Permutation& order = permutations.emplace_back(group.size);
        for (std::size_t k = 0; k < group.size; ++k) order[k] = static_cast<std::uint32_t>(group.size - 1 - k);
    }
    ticket.network = topology::permuted(ticket.network, permutations);
    ticket.label = "turned";
    return ticket;
}

}  // namespace

TEST_CASE("comparison: a ticket, itself, and itself with units in other places", "[tickets][comparison]") {
    TemporaryFolder folder;
    const Ticket ticket = read_tickets({trained(folder / "a", {"training.epochs=10", "model.activation=srelu"})})[0];
    const Evaluation evaluation(ticket.config);
    const Comparison found = compare({ticket, ticket, turned_round(ticket)}, evaluation, {.points = 5});
    REQUIRE(found.pairs.size() == 3);

    const PairFacts& same = found.pairs[0];
    CHECK(same.nnstd == 0.0);
    CHECK(same.as_is.jaccard == 0.0);
    CHECK(same.as_is.overlap.total.iou == 1.0);
    CHECK(same.as_is.barrier.loss == Approx(0.0).margin(1e-6));
    CHECK(same.as_is.barrier.accuracy == Approx(0.0).margin(1e-12));
    CHECK(same.agreement.agreement == 1.0);

    const PairFacts& turned = found.pairs[1];
    CHECK(turned.agreement.agreement == 1.0);
    CHECK(turned.agreement.divergence == Approx(0.0).margin(1e-6));
    CHECK(turned.as_is.overlap.total.iou < 0.5);
    CHECK(turned.as_is.barrier.accuracy > 0.1);  // the mean of a network and itself, misplaced, is no good network
    REQUIRE(turned.aligned);
    CHECK(turned.aligned->overlap.total.iou == 1.0);
    CHECK(turned.aligned->barrier.accuracy == Approx(0.0).margin(0.01));
    CHECK(turned.aligned->barrier.loss == Approx(0.0).margin(1e-3));
    CHECK(found.tickets[2].test.accuracy == found.tickets[0].test.accuracy);
}

TEST_CASE("comparison: what its parts say, and lines end at the tickets", "[tickets][comparison]") {
    TemporaryFolder folder;
    const std::vector<Ticket> tickets =
        read_tickets({trained(folder / "a"), trained(folder / "b", {"seed=9", "sparsity.density=0.2"})});
    const Evaluation evaluation(tickets[0].config);
    const Comparison found = compare(tickets, evaluation, {.part = Part::validation, .points = 3, .align = false});
    REQUIRE(found.pairs.size() == 1);
    const PairFacts& pair = found.pairs[0];
    CHECK_FALSE(pair.aligned);
    CHECK(pair.as_is.line.front().accuracy == found.tickets[1].validation->accuracy);
    CHECK(pair.as_is.line.back().loss == Approx(found.tickets[0].validation->loss));
    CHECK(found.tickets[0].density == topology::density(tickets[0].network.topology));
    CHECK(found.tickets[0].test.accuracy == evaluation.score(tickets[0].network, Part::test).accuracy);
    CHECK(pair.as_is.overlap.total.iou == overlap(tickets[0].network.topology, tickets[1].network.topology).total.iou);
    CHECK(found.layers.size() == 3);
}

}  // namespace espalier::tickets
