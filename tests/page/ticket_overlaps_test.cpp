#include <cmath>

#include <espalier/page/ticket_overlaps.hpp>

#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

PageTicket ticket(std::size_t run, std::int64_t number, double density, std::optional<std::size_t> before = {}) {
    PageTicket made{.run = run, .of = "l-s" + std::to_string(run), .home = std::to_string(run), .number = number};
    made.snapshot = "00000000" + std::to_string(number);
    made.density = density;
    made.before = before;
    return made;
}

}  // namespace

TEST_CASE("ticket_overlaps: with the ticket before, and between seeds", "[page][tickets]") {
    const TemporaryFolder folder;
    const Pattern full = Pattern::full(2, 4);
    write_snapshots(folder / "0.h5", {"000000000", "000000001"}, {full, pattern({{1, 1, 0, 0}, {0, 0, 1, 1}})});
    write_snapshots(folder / "1.h5", {"000000000", "000000001"}, {full, pattern({{1, 0, 1, 0}, {0, 1, 0, 1}})});
    const PageRuns all = made_runs({{.seed = 0, .file = folder / "0.h5"}, {.seed = 1, .file = folder / "1.h5"}});
    const std::vector<PageTicket> tickets = {ticket(0, 0, 1.0), ticket(0, 1, 0.5, 0), ticket(1, 0, 1.0),
                                             ticket(1, 1, 0.5, 2)};
    std::vector<std::string> left_out;
    const std::vector<TicketOverlaps> found = ticket_overlaps(all, tickets, left_out, tell_nobody);
    CHECK(left_out.empty());
    REQUIRE(found.size() == 4);
    CHECK(std::isnan(found[0].iou_before));
    CHECK(found[0].iou_seeds == 1.0);
    CHECK(found[1].iou_before == Approx(0.5));
    CHECK(found[1].chance_before == Approx(0.5));
    CHECK(found[1].iou_seeds == Approx(2.0 / 6.0));
    CHECK(found[1].chance_seeds == Approx(0.25 / 0.75));
    CHECK(found[1].nnstd_seeds == Approx(2.0 / 3.0));
    CHECK(found[3].iou_seeds == found[1].iou_seeds);
}

TEST_CASE("ticket_overlaps: masks that would not fit into memory are left out, and said", "[page][tickets]") {
    const TemporaryFolder folder;
    const Pattern mask = pattern({{1, 0}, {0, 1}});
    write_snapshots(folder / "0.h5", {"000000000", "000000001"}, {mask, mask});
    // What is read is told by the run's layers, which are read from the same file in earnest.
    const PageRuns all = made_runs({{.file = folder / "0.h5", .shapes = {{5000, 5000}}}});
    std::vector<std::string> left_out;
    const std::vector<PageTicket> tickets = {ticket(0, 0, 1.0), ticket(0, 1, 1.0, 0)};
    const std::vector<TicketOverlaps> found = ticket_overlaps(all, tickets, left_out, tell_nobody);
    CHECK(std::isnan(found[1].iou_before));
    CHECK(left_out == std::vector<std::string>{"overlaps of 1 ticket: more masks would not fit into memory; espalier "
                                               "tickets compare takes some of them"});
}

TEST_CASE("ticket_overlaps: matchings that take long are left out, the sparsest come first", "[page][tickets]") {
    const TemporaryFolder folder;
    const Pattern wide = Pattern::empty(40, 200'000);
    const Pattern full = Pattern::full(40, 200'000);
    write_snapshots(folder / "0.h5", {"000000000", "000000001", "000000002"}, {full, wide, wide});
    const PageRuns all = made_runs({{.file = folder / "0.h5", .shapes = {{40, 200'000}}}});
    std::vector<std::string> left_out;
    const std::vector<PageTicket> tickets = {ticket(0, 0, 1.0), ticket(0, 1, 0.0, 0), ticket(0, 2, 0.0, 1)};
    const std::vector<TicketOverlaps> found = ticket_overlaps(all, tickets, left_out, tell_nobody);
    CHECK(found[1].iou_before == 0.0);
    CHECK(std::isnan(found[1].nnstd_before));
    CHECK(found[2].nnstd_before == 0.0);
    CHECK(left_out == std::vector<std::string>{"NNSTD of 1 of 2 pairs of tickets, the densest: they would take "
                                               "minutes; espalier distance --metric nnstd has them"});
}

TEST_CASE("ticket_overlaps: masks of two shapes are not compared, and said", "[page][tickets]") {
    const TemporaryFolder folder;
    write_snapshots(folder / "0.h5", {"000000000", "000000001"}, {Pattern::full(2, 2), Pattern::full(2, 3)});
    const PageRuns all = made_runs({{.file = folder / "0.h5"}});
    std::vector<std::string> left_out;
    const std::vector<TicketOverlaps> found =
        ticket_overlaps(all, {ticket(0, 0, 1.0), ticket(0, 1, 1.0, 0)}, left_out, tell_nobody);
    CHECK(std::isnan(found[1].iou_before));
    REQUIRE(left_out.size() == 1);
    CHECK_THAT(left_out.front(), Contains("2x2") && Contains("2x3"));
}

}  // namespace espalier::page
