#include <espalier/sparsity/update/ticket_phases.hpp>

#include "sparsity/gradient_plan.hpp"
#include "support.hpp"

namespace espalier::sparsity {
namespace {

struct Expected {
    std::int64_t total;
    double share;
    std::int64_t length;
    std::int64_t count;
    std::int64_t begin;
};

/// Every 4 of 100 steps; from step 70 on three phases of ten.
struct Plan : testing::GradientPlan {
    Plan() : GradientPlan("linear", 4, 70) {
        phases = TicketPhases::of(100, 0.3, 10);
        phases.drop_fraction = 0.5;
    }
};

using Steps = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("ticket phases: as many whole ones as fit into the share", "[sparsity][tickets]") {
    const std::vector<Expected> cases = {
        {250, 0.1, 8, 3, 226},  // Sup-tickets as published: 24 of 250 epochs
        {250 * 391, 0.1, 8 * 391, 3, 226 * 391},
        {450, 2.0 / 3.0, 100, 3, 150},  // FreeTickets' EDST: 150 epochs of exploration
        {450 * 351, 2.0 / 3.0, 100 * 351, 3, 150 * 351},
        {100, 0.3, 10, 3, 70},  // 0.3 * 100 / 10 is below 3 in binary
        {100, 0.29, 10, 2, 80},
        {20, 0.1, 8, 0, 20},  // too short for a single one
        {20, 0.0, 0, 0, 20},  // no method
        {10, 0.99, 1, 9, 1},
        {10, 1.0, 5, 1, 5},  // something is trained before
        {1, 1.0, 1, 0, 1},
    };
    for (const Expected& c : cases) {
        INFO(c.total << " steps, share " << c.share << ", length " << c.length);
        const TicketPhases phases = TicketPhases::of(c.total, c.share, c.length);
        CHECK(phases.count == c.count);
        CHECK(phases.begin == c.begin);
    }
}

TEST_CASE("ticket phases: tickets at their ends, large updates where one begins", "[sparsity][tickets]") {
    TicketPhases phases = TicketPhases::of(100, 0.3, 10);
    phases.drop_fraction = 0.5;
    Steps tickets, large;
    for (std::int64_t step = 0; step <= 110; ++step) {
        if (phases.ticket(step)) tickets.push_back(step);
        if (phases.update_largely(step)) large.push_back(step);
    }
    CHECK(tickets == Steps{70, 80, 90, 100});
    CHECK(large == Steps{70, 80, 90});
    CHECK(*phases.ticket(70) == 0);
    CHECK(*phases.ticket(100) == 3);
    CHECK_FALSE(phases.have_begun(69));
    CHECK(phases.have_begun(70));
    CHECK(phases.position(70) == 0);
    CHECK(phases.position(89) == 9);
    phases.drop_fraction = 0.0;
    CHECK_FALSE(phases.update_largely(70));
    const TicketPhases none = TicketPhases::of(100, 0.05, 10);
    for (std::int64_t step = 0; step <= 110; ++step) {
        CHECK_FALSE((none.have_begun(step) || none.ticket(step) || none.update_largely(step)));
    }
}

TEST_CASE("ticket phases: the large updates alone, or the ordinary ones beside them", "[sparsity][tickets]") {
    Plan plan;
    CHECK(plan.due(60) == Steps{60, 64, 68, 70, 80, 90});
    CHECK(plan.needs_gradient(70));
    CHECK(plan.fraction(35) == Approx(0.15));
    CHECK(plan.fraction(68) == Approx(0.3 * 2.0 / 70.0));
    CHECK(plan.fraction(70) == 0.5);
    plan.phases.updates = true;
    CHECK(plan.due(60) == Steps{60, 64, 68, 70, 72, 76, 80, 84, 88, 90, 92, 96});
    CHECK(plan.fraction(72) == 0.3);  // not what is left of the schedule
    CHECK(plan.fraction(80) == 0.5);  // where both fall on a step, the large one
    plan.phases.drop_fraction = 0.0;
    CHECK(plan.due(60) == Steps{60, 64, 68, 72, 76, 80, 84, 88, 92, 96});
    plan.phases.updates = false;
    CHECK(plan.due(60) == Steps{60, 64, 68});
    plan.phases.drop_fraction = 0.5;
    plan.grow = nullptr;  // nothing to exchange with
    CHECK(plan.due(60).empty());
}

}  // namespace espalier::sparsity
