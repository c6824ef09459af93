#include <algorithm>

#include <espalier/training/run/run_summary.hpp>

#include "faults/work.hpp"
#include "support.hpp"

namespace espalier::testing {
namespace {

const std::vector<std::string> faults = {"ENOSPC", "EIO", "EDQUOT", "short"};

bool holds_run(const std::filesystem::path& folder) {
    const auto entries = std::filesystem::recursive_directory_iterator(folder);
    return std::ranges::any_of(entries, [](const auto& entry) { return entry.path().filename() == "run.h5"; });
}

/// One fault in a new folder: the end, what is left, and going on once the fault is gone.
std::string trouble_after_fault(const Work& work, const Fault& fault) {
    const TemporaryFolder folder;
    work.prepare(folder.path());
    const Attempt made = attempt(work.call(folder.path()), folder.path(), fault);
    const std::string what = work.name + ", " + fault.action + " at " + made.place + ": ";
    if (!work.is_drawn_by_python) {
        if (const std::string trouble = trouble_with_end(made); !trouble.empty()) return what + trouble;
    }
    if (made.runs > 0 && !holds_run(folder.path())) return what + "a run file that was published is gone";
    if (const std::string trouble = work.trouble(folder.path()); !trouble.empty()) return what + trouble;
    if (made.status == 0 && work.bits(folder.path()) != reference(work).bits)
        return what + "said to be done, and is not";
    const std::string trouble = trouble_after_going_on(work, folder.path());
    return trouble.empty() ? "" : what + trouble;
}

/// Each of the calls that the work makes; of a long one's with one kind of fault each, of others' with all.
void try_all(const Work& work, Tally& tally) {
    for (std::uint64_t at = 1; at <= reference(work).calls; ++at) {
        for (std::size_t kind = 0; kind < faults.size(); ++kind) {
            if (work.cost > 1 && at % faults.size() != kind) continue;
            tally.add(trouble_after_fault(work, {.at = at, .action = faults[kind]}));
        }
    }
}

void try_some(const Work& work, Tally& tally, Stream& stream) {
    const int tries = work.name == "run" ? 8 : 1;
    for (int k = 0; k < tries; ++k) {
        const std::uint64_t at = 1 + stream.below(reference(work).calls);
        tally.add(trouble_after_fault(work, {.at = at, .action = faults[stream.below(faults.size())]}));
    }
}

}  // namespace

TEST_CASE("whichever call on a file fails, a command says so in one line and loses nothing", "[faults][calls]") {
    if (!has_faulty_calls()) return;
    Stream stream = test_stream(1);
    INFO(seed_text());
    for (const Work& work : works()) {
        if ((work.is_drawn_by_python && !is_long()) || is_left_out(work)) continue;
        Tally tally("a call fails, `" + work.name + "`");
        is_long() ? try_all(work, tally) : try_some(work, tally, stream);
    }
}

TEST_CASE("a clock that jumps back and ahead changes no bit and hinders no resumption", "[faults][clock]") {
    if (!has_faulty_calls()) return;
    Stream stream = test_stream(2);
    INFO(seed_text());
    Tally tally("the clock jumps by days, then kill -9, `run`");
    const Work& work = works().front();
    for (int k = is_long() ? 50 : 2; k > 0; --k) {
        const TemporaryFolder folder;
        const Fault fault{.at = stream.below(reference(work).calls), .action = "kill", .clock = "steps"};
        attempt(work.call(folder.path()), folder.path(), fault);
        const Attempt made = attempt(work.call(folder.path()), folder.path(), {.clock = "steps"});
        tally.add(made.status != 0 ? made.err : work.bits(folder.path()) != reference(work).bits ? "other bits" : "");
    }
}

TEST_CASE("a disk that takes its time changes no bit", "[faults][slow]") {
    if (!has_faulty_calls()) return;
    Tally tally("every call takes 2 ms longer, `run`");
    const Work& work = works().front();
    const TemporaryFolder folder;
    const Attempt made = attempt(work.call(folder.path()), folder.path(), {.action = "slow"});
    tally.add(made.status != 0 ? made.err : work.bits(folder.path()) != reference(work).bits ? "other bits" : "");
}

}  // namespace espalier::testing
