#include <cmath>

#include <espalier/page/ticket_sentences.hpp>

#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

PageTicket level(std::size_t run, std::int64_t number, double density, double accuracy,
                 const std::string& control = "") {
    PageTicket made{.run = run, .of = "l-s0", .home = "l-s0", .number = number, .control = control};
    made.density = density;
    made.test_accuracy = accuracy;
    return made;
}

TicketOverlaps unknown() {
    const double none = std::nan("");
    return {none, none, none, none, none, none};
}

}  // namespace

TEST_CASE("ticket_sentences: the sparsest level that tests no worse, and its controls", "[page][tickets]") {
    const PageRuns all = made_runs({{.group = 0}, {.group = 1}, {.group = 2}, {.group = 3}, {.group = 4}});
    const std::vector<PageTicket> tickets = {level(0, 0, 1.0, 0.90), level(1, 1, 0.5, 0.91), level(2, 2, 0.25, 0.90),
                                             level(3, 3, 0.125, 0.85), level(4, 3, 0.125, 0.70, "random_mask")};
    std::vector<TicketOverlaps> overlaps(5, unknown());
    CHECK(lottery_sentence(all, tickets, overlaps) ==
          "5 runs of 1 chain. Levels 0 to 3. The sparsest that tests no worse than level 0 (90.0 %) is level 2 (25.0 % "
          "of the weights), with 90.0 %. At level 3 random_mask tests 15.0 points below the ticket.");
    overlaps[3].iou_seeds = 0.12;
    overlaps[3].chance_seeds = 0.067;
    CHECK_THAT(lottery_sentence(all, tickets, overlaps),
               Contains(" Masks of two seeds at level 3 have an IoU of 0.12; independent ones would have 0.067."));
}

TEST_CASE("ticket_sentences: no level as good, none to compare with, runs that are not finished", "[page][tickets]") {
    PageRuns all = made_runs({{.group = 0}, {.group = 1}, {.group = 2, .status = "running"}});
    const std::vector<TicketOverlaps> overlaps(3, unknown());
    CHECK(lottery_sentence(all, {level(0, 0, 1.0, 0.90), level(1, 1, 0.5, 0.89), level(2, 2, 0.25, 0.95)}, overlaps) ==
          "3 runs of 1 chain. Levels 0 to 2. No pruned level tests as well as level 0 (90.0 %); closest comes level 1 "
          "(50.0 % of the weights), with 89.0 %.");
    CHECK(lottery_sentence(all, {level(1, 1, 0.5, 0.89)}, overlaps) == "1 run of 1 chain. Levels 1 to 1.");
}

TEST_CASE("ticket_sentences: of many lotteries three are told, and how many are not", "[page][tickets]") {
    const PageRuns all = made_runs({{.group = 0}, {.group = 1}, {.group = 2}, {.group = 3}, {.group = 4}});
    std::vector<PageTicket> tickets;
    for (std::size_t run = 0; run < 5; ++run) {
        tickets.push_back(level(run, 1, 0.5, 0.9));
        tickets.back().home = "l" + std::to_string(run);
    }
    const std::string text = lottery_sentence(all, tickets, std::vector<TicketOverlaps>(5, unknown()));
    CHECK_THAT(text, Contains("c: Levels"));
    CHECK(text.find("d: Levels") == std::string::npos);
    CHECK_THAT(text, Contains(" 2 more lotteries are in the table alone."));
}

TEST_CASE("ticket_sentences: of tickets within runs", "[page][tickets]") {
    std::vector<TicketOverlaps> overlaps(2, unknown());
    std::vector<PageTicket> tickets = {level(0, 0, 0.2, 0.80), level(0, 1, 0.2, 0.85)};
    CHECK(tickets_within_sentence(tickets, overlaps) ==
          "2 tickets of 1 run. Ticket 1 of l-s0 tests best, with 85.0 %.");
    overlaps[1].iou_before = 0.27;
    CHECK_THAT(tickets_within_sentence(tickets, overlaps),
               Contains(" Masks have an IoU of 0.27 with the ticket before, on average."));
}

}  // namespace espalier::page
