#include <espalier/page/ticket_list.hpp>

#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

MadeRun level(const std::string& folder, std::size_t group, std::int64_t seed = 0) {
    MadeRun run{.group = group, .seed = seed, .file = "/runs/" + folder + "/run.h5", .snapshots = {"000000000"}};
    const bool is_dense = folder.ends_with("level-00");
    run.config.sparsity.method = is_dense ? "dense" : "static";
    if (!is_dense) run.config.sparsity.init = "file:ticket.h5";
    return run;
}

void put_tickets(PageRun& run, const std::vector<std::int64_t>& snapshots) {
    training::Columns& table = run.summary.metrics["tickets"];
    std::vector<std::int64_t> numbers;
    for (std::size_t k = 0; k < snapshots.size(); ++k) numbers.push_back(static_cast<std::int64_t>(k));
    table["ticket"] = numbers;
    table["step"] = snapshots;
    table["snapshot"] = snapshots;
    for (const char* name : {"validation_accuracy", "test_accuracy", "density"}) {
        table[name] = std::vector<double>(snapshots.size(), 0.5);
    }
}

}  // namespace

TEST_CASE("ticket_list: levels chain by chain, each with what it comes from", "[page][tickets]") {
    const PageRuns all = made_runs({level("l-s0/level-02", 2), level("l-s0/level-01-random_mask", 3),
                                    level("l-s0/level-00", 0), level("l-s0/level-01", 1), level("l-s1/level-03", 4, 1),
                                    level("l-s1/level-01", 1, 1), level("l-s1/level-03-random_reinit", 5, 1)});
    const std::vector<PageTicket> tickets = lottery_tickets(all);
    std::vector<std::string> names;
    for (const PageTicket& ticket : tickets) names.push_back(ticket.of + " " + ticket_name(ticket, true));
    CHECK(names == std::vector<std::string>{"l-s0 level 0", "l-s0 level 1", "l-s0 level 1, random_mask", "l-s0 level 2",
                                            "l-s1 level 1", "l-s1 level 3", "l-s1 level 3, random_reinit"});
    CHECK(!tickets[0].before);
    CHECK(tickets[1].before == 0);
    CHECK(tickets[2].before == 1);
    CHECK(tickets[3].before == 1);
    CHECK(!tickets[4].before);
    CHECK(tickets[5].before == 4);  // the nearest that is there
    CHECK(tickets[6].before == 5);
}

TEST_CASE("ticket_list: a control whose ticket is not there has nothing to be compared with", "[page][tickets]") {
    const PageRuns all = made_runs({level("l-s0/level-01", 0), level("l-s0/level-02-random_mask", 1)});
    const std::vector<PageTicket> tickets = lottery_tickets(all);
    REQUIRE(tickets.size() == 2);
    CHECK(!tickets[1].before);
}

TEST_CASE("ticket_list: a dense network alone is no lottery", "[page][tickets]") {
    CHECK(lottery_tickets(made_runs({level("l-s0/level-00", 0), level("l-s1/level-00", 0, 1)})).empty());
    CHECK(lottery_tickets(made_runs({MadeRun{}})).empty());
}

TEST_CASE("ticket_list: tickets within a run, and one whose snapshot is not stored", "[page][tickets]") {
    PageRuns all = made_runs({MadeRun{.snapshots = {"000000010", "000000020"}}, MadeRun{.seed = 1}});
    put_tickets(all.runs[0], {10, 20, 30});
    const std::vector<PageTicket> tickets = tickets_within(all);
    REQUIRE(tickets.size() == 3);
    CHECK(tickets[1].snapshot == "000000020");
    CHECK(tickets[1].before == 0);
    CHECK(tickets[2].snapshot.empty());
    CHECK(tickets[2].before == 1);
    CHECK(ticket_name(tickets[2], false) == "ticket 2");
    CHECK(lottery_tickets(all).empty());
}

}  // namespace espalier::page
