#include <fstream>

#include <espalier/base/text/error.hpp>

#include "lottery_runs.hpp"
#include "support.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

using sweep::Step;

const std::string three_levels = "levels = 3\nrewind = \"9it\"\ncontrols = [\"random_mask\"]\ncontrol_every = 3\n";

std::vector<Step> steps(const std::vector<sweep::Item>& agenda) {
    std::vector<Step> all;
    for (const sweep::Item& item : agenda) all.push_back(item.step);
    return all;
}

}  // namespace

TEST_CASE("level agenda: what is finished is skipped, in any spelling of the folder, moved or not", "[tickets]") {
    const TemporaryFolder folder;
    SmallLottery lottery(folder / "a", three_levels);
    CHECK(lottery.work_off() == 5);
    CHECK(lottery.work_off() == 0);
    CHECK(SmallLottery(folder.path() / "." / "a/", three_levels).work_off() == 0);
    std::filesystem::rename(folder / "a", folder / "b");
    SmallLottery moved(folder / "b", three_levels);
    CHECK(moved.work_off() == 0);
    std::filesystem::remove(moved.folder(4) / "run.h5");
    CHECK(moved.work_off() == 1);
}

TEST_CASE("level agenda: jobs wait for the runs that their tickets are made of", "[tickets]") {
    const TemporaryFolder folder;
    const SmallLottery lottery(folder.path(), three_levels);
    const auto agenda = lottery.agenda();
    const auto order = level_order(lottery.levels, agenda);
    CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4});
    const auto jobs = level_jobs(lottery.levels, agenda, order);
    CHECK(jobs[0].after.empty());
    CHECK(jobs[1].after == std::vector<std::size_t>{0});
    CHECK(jobs[3].after == std::vector<std::size_t>{0, 2});
    CHECK(jobs[4].after == std::vector<std::size_t>{0, 2});  // the control does not wait for its ticket's training
}

TEST_CASE("level agenda: a level whose parents give another ticket now is refused by name, or replaced", "[tickets]") {
    const TemporaryFolder folder;
    SmallLottery lottery(folder.path(), three_levels);
    lottery.work_off();
    SECTION("the parent was trained anew, otherwise") {
        std::filesystem::remove_all(lottery.folder(1));
        CHECK(steps(lottery.agenda()) ==
              std::vector<Step>{Step::skip, Step::start, Step::refuse, Step::refuse, Step::refuse});
        CHECK_THROWS_WITH(lottery.work_off(), Contains("level-02 holds a run of another configuration: it comes from "
                                                       "small-s0/level-01, which is to be trained first"));
        CHECK(lottery.work_off({.replace_changed = true}) == 4);
        CHECK(lottery.work_off() == 0);
    }
    SECTION("a weight of the ticket was changed") {
        topology::StoredNetwork ticket = topology::read_network((lottery.folder(2) / "ticket.h5").string());
        ticket.topology.layers[0].values[3] += 1.0F;
        ticket.topology.label = "000000009";
        write_ticket(lottery.levels[2], ticket, folder.path());
        CHECK(steps(lottery.agenda()) ==
              std::vector<Step>{Step::skip, Step::skip, Step::refuse, Step::refuse, Step::refuse});
        CHECK_THROWS_WITH(lottery.work_off(), Contains("its ticket.h5 is not the one that small-s0/level-01 gives"));
        CHECK(lottery.work_off({.replace_changed = true}) == 3);
        CHECK(lottery.work_off() == 0);
    }
    SECTION("a ticket is damaged or gone") {
        std::ofstream(lottery.folder(2) / "ticket.h5") << "no HDF5";
        std::filesystem::remove(lottery.folder(4) / "ticket.h5");
        const auto now = steps(lottery.agenda());
        CHECK(now[2] == Step::refuse);
        CHECK(now[4] == Step::refuse);
    }
    SECTION("another rewinding point is another configuration of level 0") {
        SmallLottery other(folder.path(), "levels = 3\nrewind = \"10it\"\n");
        CHECK_THROWS_WITH(other.work_off(), Contains("level-00 holds a run of another configuration: snapshots.at"));
    }
}

TEST_CASE("level agenda: behind a failed level nothing is begun until it is tried again", "[tickets]") {
    const TemporaryFolder folder;
    SmallLottery lottery(folder.path(), "levels = 2\n", "[snapshots]\nevery = 0\n");
    lottery.work_off();
    std::filesystem::remove_all(lottery.folder(2));
    {
        hdf5::File file = hdf5::File::open_for_writing(lottery.folder(1) / "run.h5");
        file.root().set_attribute("status", std::string("failed"));
    }
    CHECK(steps(lottery.agenda()) == std::vector<Step>{Step::skip, Step::leave, Step::start});
    CHECK(level_order(lottery.levels, lottery.agenda()).empty());
    CHECK(level_order(lottery.levels, lottery.agenda({.retry_failed = true})) == std::vector<std::size_t>{1, 2});
}

}  // namespace espalier::tickets
