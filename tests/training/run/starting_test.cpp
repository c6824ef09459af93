#include <fstream>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/training/run/run.hpp>
#include <espalier/training/run/run_summary.hpp>
#include <espalier/training/run/starting.hpp>
#include <espalier/training/state/checkpoint.hpp>

#include "training/run_requests.hpp"
#include "training/run_samples.hpp"

namespace espalier::training {
using namespace testing;
namespace {

namespace fs = std::filesystem;

/// A run of 63 steps, evaluated every 5, that ends after so many; its checkpoint is removed where it is not asked for.
RunRequest leave_run(const fs::path& folder, int steps, bool with_checkpoint) {
    RunRequest request = digits_request("set", folder, {"training.evaluate_every=5it"});
    stop_after(request, steps);
    run(request);
    if (!with_checkpoint) fs::remove(folder / "checkpoint.h5");
    request.stop_requested = [] { return false; };
    return request;
}

void set_status(const fs::path& run_file, const std::string& status) {
    hdf5::File::open_for_writing(run_file).root().set_attribute("status", status);
}

/// What lies in a folder, file by file.
std::map<std::string, std::string> contents(const fs::path& folder) {
    std::map<std::string, std::string> all;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        all[entry.path().filename().string()] = read_text(entry.path());
    }
    return all;
}

constexpr bool resume = true;
constexpr bool force = true;

}  // namespace

TEST_CASE("starting: an empty folder", "[training][starting]") {
    const TemporaryFolder folder;
    const fs::path file = folder / "run.h5";
    CHECK(decide_start(file, !resume, !force) == Start::anew);
    CHECK(decide_start(file, !resume, force) == Start::anew);
    CHECK_THROWS_WITH(decide_start(file, resume, !force),
                      "--resume: there is no run in " + folder.path().string() + "; leave --resume out to begin one");
    CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("starting: a run with its checkpoint, finished or not", "[training][starting]") {
    for (const int steps : {10, 1000}) {
        const TemporaryFolder folder;
        leave_run(folder.path(), steps, true);
        CHECK_THROWS_WITH(decide_start(folder / "run.h5", !resume, !force),
                          Contains(" holds a run already: --resume goes on with it, --force replaces it"));
        CHECK(decide_start(folder / "run.h5", resume, !force) == Start::resumed);
        CHECK(decide_start(folder / "run.h5", !resume, force) == Start::anew);
    }
}

TEST_CASE("starting: a run without its checkpoint is replaced by --force alone", "[training][starting]") {
    const TemporaryFolder folder;
    const fs::path file = folder / "run.h5";
    RunRequest request = leave_run(folder.path(), 1000, false);
    for (const std::string status : {"finished", "interrupted", "running", "failed"}) {
        INFO(status);
        set_status(file, status);
        const std::string shown = status == "running" ? "interrupted" : status;
        CHECK_THROWS_WITH(decide_start(file, resume, !force),
                          "--resume: " + file.string() + " is " + shown +
                              ", and its checkpoint.h5 is missing: put it back, or --force to begin again and lose "
                              "this run");
        const auto before = contents(folder.path());
        request.resume = true;
        CHECK_THROWS_AS(run(request), ConfigError);
        CHECK((contents(folder.path()) == before));
        CHECK(decide_start(file, !resume, force) == Start::anew);
    }
}

TEST_CASE("starting: what a journal alone holds is not lost with the checkpoint", "[training][starting][journal]") {
    const TemporaryFolder folder;
    const fs::path file = folder / "run.h5";
    {
        RunFile run = RunFile::create(WriterLock(file), sample_info());
        run.keep_journal();
        for (const std::int64_t step : {0, 1}) {
            write_sample_rows(run, step);
            write_sample_snapshot(run, step);
            if (step == 0) {
                run.commit(0.9);
                CHECK(decide_start(file, resume, !force) == Start::anew);
            }
        }
        run.commit(0.9);
    }
    REQUIRE(read_run_summary(file).snapshots.empty());
    CHECK_THROWS_WITH(decide_start(file, resume, !force), Contains("checkpoint.h5 is missing: put it back"));
    CHECK(decide_start(file, !resume, force) == Start::anew);
}

TEST_CASE("starting: a run that ended before its first checkpoint begins anew, by the same configuration",
          "[training][starting]") {
    const TemporaryFolder folder;
    RunRequest request = leave_run(folder.path(), 4, false);
    CHECK(decide_start(folder / "run.h5", resume, !force) == Start::anew);
    request.resume = true;
    RunRequest other = digits_request("set", folder.path(), {"training.evaluate_every=5it", "seed=4"});
    other.resume = true;
    const auto before = contents(folder.path());
    CHECK_THROWS_WITH(run(other), Contains("another configuration") && Contains("'seed = 3' there, 'seed = 4' now"));
    CHECK((contents(folder.path()) == before));
    set_status(folder / "run.h5", "finished");
    CHECK_THROWS_AS(decide_start(folder / "run.h5", resume, !force), ConfigError);
    set_status(folder / "run.h5", "failed");  // a plug-in's loss, at the first evaluation
    CHECK(decide_start(folder / "run.h5", resume, !force) == Start::anew);
    set_status(folder / "run.h5", "running");
    CHECK(run(request).status == "finished");
    CHECK_THROWS_AS(decide_start(folder / "run.h5", !resume, !force), ConfigError);
}

TEST_CASE("starting: a checkpoint without its run file is not thrown away", "[training][starting]") {
    const TemporaryFolder folder;
    leave_run(folder.path(), 10, true);
    fs::remove(folder / "run.h5");
    const auto before = contents(folder.path());
    for (const bool asked : {resume, !resume}) {
        CHECK_THROWS_WITH(decide_start(folder / "run.h5", asked, !force),
                          folder.path().string() +
                              " holds the checkpoint of a run, but no run.h5: put it back and "
                              "--resume, --force begins again, --out takes another folder");
    }
    CHECK(decide_start(folder / "run.h5", !resume, force) == Start::anew);
    CHECK((contents(folder.path()) == before));
}

TEST_CASE("starting: the checkpoint of another run is refused, and nothing is touched", "[training][starting]") {
    const TemporaryFolder folder;
    RunRequest request = leave_run(folder / "a", 10, true);
    RunRequest other = digits_request("set", folder / "b", {"training.evaluate_every=5it", "seed=4"});
    stop_after(other, 10);
    run(other);
    fs::copy_file(folder / "b/checkpoint.h5", folder / "a/checkpoint.h5", fs::copy_options::overwrite_existing);
    const auto before = contents(folder / "a");
    request.resume = true;
    CHECK_THROWS_WITH(run(request), Contains("a/checkpoint.h5 was begun with another configuration") &&
                                        Contains("'seed = 4' there, 'seed = 3' now"));
    CHECK((contents(folder / "a") == before));
}

TEST_CASE("starting: a run file that is none is not replaced", "[training][starting]") {
    const TemporaryFolder folder;
    std::ofstream(folder / "run.h5") << "my notes";
    CHECK_THROWS_AS(decide_start(folder / "run.h5", !resume, !force), ConfigError);
    CHECK_THROWS_AS(decide_start(folder / "run.h5", resume, !force), FormatError);
    CHECK(read_text(folder / "run.h5") == "my notes");
}

TEST_CASE("starting: whoever comes second decides by what the first has left", "[training][starting]") {
    // Both have found an empty folder; this is the second, which gets the lock once the first has ended.
    const TemporaryFolder folder;
    RunRequest first = leave_run(folder.path(), 1000, true);
    const auto before = contents(folder.path());
    first.observe = [](const RunProgress&) { FAIL("a step of the second run"); };
    CHECK_THROWS_WITH(run(first), Contains("holds a run already"));
    RunRequest other = digits_request("set", folder.path(), {"seed=4"});
    CHECK_THROWS_WITH(run(other), Contains("holds a run already"));
    CHECK((contents(folder.path()) == before));
}

TEST_CASE("starting: while one is at work every other is refused, whatever it asks for", "[training][starting]") {
    const TemporaryFolder folder, alone;
    RunRequest request = digits_request("set", folder.path());
    RunRequest others[3] = {request, request, request};
    others[1].resume = true;
    others[2].force = true;
    int refused = 0;
    request.observe = [&](const RunProgress& now) {
        if (now.step != 5) return;
        for (const RunRequest& other : others) {
            try {
                run(other);
            } catch (const IoError& error) {
                CHECK_THAT(error.what(), Contains("is writing this run"));
                ++refused;
            }
        }
    };
    CHECK(run(request).status == "finished");
    CHECK(refused == 3);
    run(digits_request("set", alone.path()));
    CHECK((all_arrays(folder.path()) == all_arrays(alone.path())));
}

}  // namespace espalier::training
