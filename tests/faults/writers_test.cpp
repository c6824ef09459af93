#include <algorithm>
#include <fstream>

#include <espalier/base/files/files.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "faults/work.hpp"
#include "support.hpp"
#include "training/child_process.hpp"

namespace espalier::testing {
namespace {

namespace fs = std::filesystem;

/// The program at work with faulty calls, its stderr in a file.
class AtWork {
  public:
    AtWork(const Words& arguments, const fs::path& under, const std::string& action)
        : errors_(folder_ / "errors"), child_(command(arguments, under, action)) {}

    bool is_running() const { return child_.is_running(); }
    Attempt wait() {
        Attempt made{.out = child_.output(), .err = {}, .place = {}};
        made.status = child_.wait();
        made.err = read_text(errors_);
        return made;
    }

  private:
    Words command(const Words& arguments, const fs::path& under, const std::string& action) const {
        new_ledger(folder_ / "ledger");
        Words words = {"/usr/bin/env"};
        for (const std::string& set : faulty_environment(folder_ / "ledger", under, {.action = action})) {
            words.push_back(set);
        }
        const std::string line = "file=$1; shift; exec \"$@\" 2>\"$file\"";
        words.insert(words.end(), {"/bin/sh", "-c", line, "sh", errors_.string(), ESPALIER_PROGRAM});
        words.insert(words.end(), arguments.begin(), arguments.end());
        return words;
    }

    TemporaryFolder folder_;
    fs::path errors_;
    ChildProcess child_;
};

const Work& work_of(const std::string& name) {
    return *std::ranges::find(works(), name, &Work::name);
}

/// Two at once: each ends well or is refused, one at least does its work, and what is there is whole.
std::string trouble_of_two(const Work& work) {
    const TemporaryFolder folder;
    work.prepare(folder.path());
    AtWork first(work.call(folder.path()), folder.path(), "slow");
    AtWork second(work.call(folder.path()), folder.path(), "slow");
    const Attempt one = first.wait();
    const Attempt two = second.wait();
    for (const Attempt& made : {one, two}) {
        if (const std::string trouble = trouble_with_end(made); !trouble.empty()) return work.name + ": " + trouble;
    }
    if (one.status != 0 && two.status != 0) return work.name + ": none of the two did it: " + one.err + two.err;
    return work.bits(folder.path()) == reference(work).bits ? "" : work.name + ": other bits";
}

}  // namespace

TEST_CASE("two of one command on one folder: one does it, the other is refused or does the same", "[faults][writers]") {
    if (!has_faulty_calls()) return;
    Tally tally("two writers at once");
    for (const Work& work : works()) {
        if (work.is_drawn_by_python || work.is_slow || (!is_long() && work.cost > 1)) continue;
        if (work.name == "run --force") continue;  // the second would replace what the first has made, as it was asked
        for (int k = is_long() ? 20 : 1; k > 0; --k) tally.add(trouble_of_two(work));
    }
}

TEST_CASE("a run is read at any moment while it writes, and finds no reader in its way", "[faults][writers]") {
    if (!has_faulty_calls()) return;
    Tally tally("opened while it is written, `run.h5`");
    const Work& work = work_of("run");
    for (int k = is_long() ? 20 : 1; k > 0; --k) {
        const TemporaryFolder folder;
        const fs::path file = folder / "run/run.h5";
        AtWork writer(work.call(folder.path()), folder.path(), "slow");
        std::size_t snapshots = 0;
        while (writer.is_running()) {
            if (!fs::exists(file)) continue;
            std::string trouble;
            try {
                const training::RunSummary run = training::read_run_summary(file);
                if (run.snapshots.size() < snapshots) trouble = "a snapshot that was read before is gone";
                snapshots = run.snapshots.size();
                for (const std::string& label : run.snapshots) topology::read_snapshot(file, label);
            } catch (const Error& error) {
                trouble = error.what();
            }
            tally.add(trouble);
        }
        CHECK(writer.wait().status == 0);
        CHECK((work.bits(folder.path()) == reference(work).bits));
    }
}

}  // namespace espalier::testing
