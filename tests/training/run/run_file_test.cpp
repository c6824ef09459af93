#include <cerrno>
#include <csignal>

#include <sys/resource.h>

#include <espalier/base/files/files.hpp>
#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "damaged_files.hpp"
#include "file_fault.hpp"
#include "support.hpp"
#include "training/run_samples.hpp"

namespace espalier::training {
using namespace testing;
namespace {

/// Steps 0 .. to - 1 of a sample run from `from` on, a snapshot every ten.
void write_steps(RunFile& run, std::int64_t from, std::int64_t to) {
    for (std::int64_t step = from; step < to; ++step) {
        write_sample_rows(run, step);
        if (step % 10 == 0) write_sample_snapshot(run, step);
    }
}

void check_equal_runs(const std::filesystem::path& a, const std::filesystem::path& b) {
    const RunSummary first = read_run_summary(a);
    const RunSummary second = read_run_summary(b);
    CHECK(first.metrics == second.metrics);
    REQUIRE(first.snapshots == second.snapshots);
    for (const std::string& label : first.snapshots) {
        const topology::Topology one = topology::read_snapshot(a, label);
        const topology::Topology other = topology::read_snapshot(b, label);
        for (std::size_t k = 0; k < one.layers.size(); ++k) {
            CHECK(one.layers[k].pattern == other.layers.at(k).pattern);
            CHECK(one.layers[k].values == other.layers.at(k).values);
        }
    }
}

/// A file size limit for this process as long as it lives: the disk is full.
class FullDisk {
  public:
    explicit FullDisk(rlim_t bytes) {
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limits{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limits);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

  private:
    void (*handler_)(int) = SIG_DFL;
    rlimit before_{};
};

}  // namespace

TEST_CASE("run file: what a run writes is what a reader gets", "[training][run_file]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    {
        RunFile run = RunFile::create(WriterLock(path), sample_info());
        CHECK(read_run_summary(path).status == "running");
        write_steps(run, 0, 2500);
        run.finish("finished", {{"test_accuracy", 0.875}, {"steps", 2500}, {"note", "good"}});
    }
    CHECK(entries_in(folder.path()) == 1);
    const RunSummary run = read_run_summary(path);
    CHECK(run.status == "finished");
    CHECK(run.info.name == "sample");
    CHECK(run.info.seed == 3);
    CHECK(run.info.config == sample_info().config);
    CHECK(run.created.size() == 20);
    REQUIRE(run.info.layers.size() == 4);
    CHECK(run.info.layers[3].shape == std::vector<std::int64_t>{10, 20});
    CHECK(run.info.layers[3].sparse);
    CHECK(run.results.at("test_accuracy") == hdf5::Attribute(0.875));
    CHECK(run.results.at("steps") == hdf5::Attribute(std::int64_t{2500}));
    CHECK(run.snapshots.size() == 250);
    CHECK(run.snapshots.at(1) == "000000010");
    CHECK(std::get<std::vector<double>>(run.metrics.at("train").at("loss")).size() == 2500);
    CHECK(std::get<std::vector<std::string>>(run.metrics.at("eval").at("split")).at(9) == "test");
}

TEST_CASE("run file: a snapshot holds the groups and arrays of the format", "[training][run_file]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    RunFile run = RunFile::create(WriterLock(path), sample_info());
    write_sample_snapshot(run, 7);
    write_sample_snapshot(run, 7);  // replaces
    run.publish();
    const hdf5::Group snapshot = hdf5::File::open(path).root().group("snapshots").group("000000007");
    CHECK(snapshot.children() == std::vector<std::string>{"000_fc1", "002_norm", "003_fc2"});
    CHECK(snapshot.group("000_fc1").children() == std::vector<std::string>{"bias", "indices", "indptr", "values"});
    CHECK(snapshot.group("002_norm").children() == std::vector<std::string>{"running_mean", "scale"});
    CHECK(snapshot.group("003_fc2").children() == std::vector<std::string>{"indices", "indptr"});
    CHECK(snapshot.group("003_fc2").dataset("indices").size() == 200);
    CHECK(topology::read_snapshot(path, "000000007").layers.at(1).pattern == Pattern::full(10, 20));
    CHECK_THROWS_WITH(run.write_snapshot(1'000'000'000, {}), Contains("nine digits"));
}

TEST_CASE("run file: equal rows make equal files, resumed or not", "[training][run_file]") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "a");
    std::filesystem::create_directory(folder / "b");
    RunFile whole = RunFile::create(WriterLock(folder / "a/run.h5"), sample_info());
    write_steps(whole, 0, 200);
    whole.finish("finished");
    for (const std::int64_t step : {0, 50, 119, 149}) {
        {
            RunFile first = RunFile::create(WriterLock(folder / "b/run.h5"), sample_info());
            write_steps(first, 0, 150);
            first.publish();
        }  // gone without a word
        CHECK(read_run_summary(folder / "b/run.h5").status == "interrupted");
        RunFile second = RunFile::resume(WriterLock(folder / "b/run.h5"), step);
        CHECK(read_run_summary(folder / "b/run.h5").status == "running");
        write_steps(second, step + 1, 200);
        second.finish("finished");
        check_equal_runs(folder / "a/run.h5", folder / "b/run.h5");
    }
}

TEST_CASE("run file: why a run has failed is said until it goes on", "[training][run_file]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    RunFile run = RunFile::create(WriterLock(path), sample_info());
    write_steps(run, 0, 10);
    run.finish("failed", {{failure_attribute, "drop rule 'mine': tired"}});
    CHECK(read_run_summary(path).results.at(failure_attribute) ==
          hdf5::Attribute(std::string("drop rule 'mine': tired")));
    RunFile::resume(WriterLock(path), 5).finish("finished");
    CHECK_FALSE(read_run_summary(path).results.contains(failure_attribute));
}

TEST_CASE("run file: one writer at a time; a dead one's work file is replaced", "[training][run_file]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    std::ofstream(folder / "run.h5.part") << "left by a dead process";
    std::ofstream(folder / "run.h5.tmp-1") << "left by a dead process";
    {
        const RunFile run = RunFile::create(WriterLock(path), sample_info());
        CHECK_THROWS_WITH(WriterLock(path), Contains("run.h5") && Contains("another process"));
    }
    CHECK(entries_in(folder.path()) == 1);
    std::ofstream(folder / "run.h5.part") << "left by a dead process";
    CHECK(read_run_summary(path).status == "interrupted");
    RunFile::resume(WriterLock(path), 0).finish("interrupted");
    CHECK(entries_in(folder.path()) == 1);
}

TEST_CASE("run file: publishing is cheap below a hundredth of the time", "[training][run_file]") {
    CHECK(is_cheap(0.1, 10.1));
    CHECK_FALSE(is_cheap(0.1, 10.0));
    CHECK_FALSE(is_cheap(0.1, 0.0));
}

TEST_CASE("run file: publish_if_cheap publishes once a hundred times its cost has passed, and says so",
          "[training][run_file]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    double now = 0.0;
    double tick = 0.0;  // between two looks at the clock, of which a publish takes one before and one after
    RunFile run = RunFile::create(WriterLock(path), sample_info(), {}, [&] { return now += tick; });
    const auto published = [&] { return read_run_summary(path).snapshots.size(); };
    write_sample_snapshot(run, 0);
    now += 1.0;  // the first publish took no time
    CHECK(run.publish_if_cheap());
    CHECK(published() == 1);
    CHECK(run.publish_seconds() == 0.0);

    write_sample_snapshot(run, 1);
    tick = 2.0;
    run.publish();
    tick = 0.0;
    CHECK(run.publish_seconds() == 2.0);
    CHECK(published() == 2);

    write_sample_snapshot(run, 2);
    now += 200.0;
    CHECK_FALSE(run.publish_if_cheap());
    CHECK(published() == 2);
    now += 0.5;
    CHECK(run.publish_if_cheap());
    CHECK(published() == 3);
    CHECK(run.publish_seconds() == 2.0);
}

TEST_CASE("run file: whichever call of publish fails, the published file stays whole", "[training][run_file]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    RunFile run = RunFile::create(WriterLock(path), sample_info());
    for (int failing = 1;; ++failing) {
        write_sample_snapshot(run, failing);
        int calls = 0;
        bool done = false;
        try {
            const FileFault fault([&](const std::string&) { return ++calls == failing ? EIO : 0; });
            run.publish();
            done = true;
        } catch (const IoError& error) {
            CHECK_THAT(error.what(), Contains("run.h5") || Contains(folder.path().string()));
        }
        CHECK(entries_in(folder.path()) == 3);  // published, at work on, and who does
        for (const std::string& label : read_run_summary(path).snapshots) topology::read_snapshot(path, label);
        if (done) break;
    }
    CHECK(read_run_summary(path).snapshots.size() >= 5);
}

TEST_CASE("run file: at a full disk the error names the file and the published one stays", "[training][run_file]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    for (const rlim_t room : {100UL, 10'000UL, 77'777UL}) {
        std::size_t published = 0;
        {
            RunFile run = RunFile::create(WriterLock(path), sample_info());
            write_steps(run, 0, 50);
            run.publish();
            published = read_run_summary(path).snapshots.size();
            const FullDisk full(std::filesystem::file_size(path) + room);
            const auto until_full = [&] {
                for (std::int64_t step = 50;; ++step) {
                    write_steps(run, step, step + 1);
                    run.publish();
                    published = read_run_summary(path).snapshots.size();
                }
            };
            CHECK_THROWS_WITH(until_full(), Contains("run.h5") && Contains("File too large"));
            CHECK_THROWS_AS(run.finish("failed"), IoError);
        }
        CHECK(entries_in(folder.path()) == 1);
        const RunSummary run = read_run_summary(path);
        CHECK(run.status == "interrupted");
        CHECK(run.snapshots.size() == published);
        for (const std::string& label : run.snapshots) topology::read_snapshot(path, label);
    }
}

TEST_CASE("run file: cut short or with a flipped bit it is read or refused", "[training][run_file][damage]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    RunFile run = RunFile::create(WriterLock(path), sample_info());
    write_steps(run, 0, 11);
    run.finish("finished");
    check_damaged(path, 150, [](const std::filesystem::path& damaged) {
        read_run_summary(damaged);
        for (const std::string& label : topology::snapshot_labels(damaged)) topology::read_snapshot(damaged, label);
    });
}

}  // namespace espalier::training
