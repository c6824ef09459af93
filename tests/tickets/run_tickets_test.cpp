#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/run_tickets.hpp>
#include <espalier/topology/files/stored_network.hpp>

#include "training/run_requests.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

/// The end of a pretraining of 33 steps and two phases of 15.
training::RunRequest request(const std::filesystem::path& folder, std::vector<std::string> more = {}) {
    more.insert(more.end(), {"tickets.method=sup_tickets", "tickets.share=0.5", "tickets.length=15it"});
    return digits_request("set", folder, more);
}

using Labels = std::vector<std::string>;

}  // namespace

TEST_CASE("run tickets: the snapshots that a run's table names, each a network", "[tickets]") {
    const TemporaryFolder folder;
    const training::RunResult result = training::run(request(folder.path(), {"snapshots.every=5it"}));
    const std::filesystem::path file = folder / "run.h5";
    CHECK(tickets_of_run(file) == Labels{"000000033", "000000048", "000000063"});
    CHECK(tickets_of_run(file, Pretrained::left_out) == Labels{"000000048", "000000063"});
    for (const std::string& label : tickets_of_run(file)) {
        const topology::StoredNetwork network = topology::read_network(file.string() + "@" + label);
        CHECK(topology::density(network.topology) == Approx(0.3).epsilon(0.001));
    }
    const auto named = topology::read_networks(file.string() + "@tickets");
    REQUIRE(named.size() == 2);
    CHECK(named[0].topology.label == file.string() + "@48");
    CHECK(named[1].topology.label == file.string() + "@63");
    const std::vector<RunTicket> tickets = run_tickets(training::read_run_summary(file));
    REQUIRE(tickets.size() == 3);
    CHECK(tickets[1].ticket == 1);
    CHECK(tickets[1].step == 48);
    CHECK(tickets[1].snapshot == 48);
    CHECK(tickets[2].test_accuracy == result.test_accuracy);
    CHECK(tickets[2].validation_accuracy == *result.validation_accuracy);
    CHECK(tickets[2].density == result.density);
}

TEST_CASE("run tickets: an interrupted run has those it has made", "[tickets]") {
    const TemporaryFolder folder;
    training::RunRequest stopped = request(folder.path(), {"data.validation=0.0"});
    // 70 steps with nothing held out: 40 before the phases, which then have 15 each.
    stop_after(stopped, 56);
    training::run(stopped);
    const auto tickets = run_tickets(training::read_run_summary(folder / "run.h5"));
    REQUIRE(tickets.size() == 2);
    CHECK(std::isnan(tickets[0].validation_accuracy));
    CHECK(tickets_of_run(folder / "run.h5").size() == 2);
}

TEST_CASE("run tickets: a run without any is refused in one line", "[tickets]") {
    const TemporaryFolder folder;
    training::run(digits_request("set", folder.path()));
    CHECK(run_tickets(training::read_run_summary(folder / "run.h5")).empty());
    CHECK_THROWS_WITH(tickets_of_run(folder / "run.h5"),
                      Contains("run.h5: no snapshot is said to be a ticket") && Contains("@STEP"));
    CHECK_THROWS_WITH(topology::read_networks((folder / "run.h5").string() + "@tickets"),
                      Contains("run.h5: no snapshot is said to be a ticket") && Contains("@STEP"));
    training::RunRequest early = request(folder.path());
    stop_after(early, 33);  // the pretrained network alone
    early.force = true;
    training::run(early);
    CHECK(tickets_of_run(folder / "run.h5") == Labels{"000000033"});
    CHECK_THROWS_AS(tickets_of_run(folder / "run.h5", Pretrained::left_out), ConfigError);
}

TEST_CASE("run tickets: a table that is none of tickets is damage", "[tickets]") {
    training::RunSummary run;
    run.metrics["tickets"]["ticket"] = std::vector<std::int64_t>{0};
    CHECK_THROWS_WITH(run_tickets(run), Contains("has no column step"));
    run.metrics["tickets"]["step"] = std::vector<std::int64_t>{7};
    run.metrics["tickets"]["snapshot"] = std::vector<std::int64_t>{7};
    for (const char* name : {"validation_accuracy", "test_accuracy", "density"}) {
        run.metrics["tickets"][name] = std::vector<double>{0.5};
    }
    CHECK(run_tickets(run).size() == 1);
}

TEST_CASE("run tickets: a ticket whose snapshot is not there is damage", "[tickets]") {
    const TemporaryFolder folder;
    training::run(request(folder.path()));
    {
        hdf5::File file = hdf5::File::open_for_writing(folder / "run.h5");
        file.root().group("snapshots").unlink("000000048");
    }
    CHECK_THROWS_WITH(tickets_of_run(folder / "run.h5"), Contains("names the snapshot 000000048, which is not there"));
}

}  // namespace espalier::tickets
