#include <cerrno>
#include <fstream>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/training/run/run_file.hpp>
#include <espalier/training/run/run_journal.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "support.hpp"
#include "training/run_requests.hpp"
#include "training/run_samples.hpp"

namespace espalier::training {
using namespace testing;
namespace {

namespace fs = std::filesystem;

using Arrays = std::map<std::string, std::vector<char>>;

Arrays arrays_of(const fs::path& run_file) {
    Arrays found;
    collect_arrays(hdf5::File::open(run_file).root(), "run", found);
    return found;
}

void write_step(RunFile& run, std::int64_t step) {
    write_sample_rows(run, step);
    write_sample_snapshot(run, step);
}

Arrays whole_run(const fs::path& path, std::int64_t steps) {
    RunFile run = RunFile::create(WriterLock(path), sample_info());
    for (std::int64_t step = 0; step < steps; ++step) write_step(run, step);
    run.finish("finished");
    return arrays_of(path);
}

/// Goes on after the last checkpoint, from the beginning where there was none.
RunFile begun_or_resumed(const fs::path& path, std::int64_t checkpoint) {
    RunFile run = checkpoint < 0 ? RunFile::create(WriterLock(path), sample_info())
                                 : RunFile::resume(WriterLock(path), sample_point(checkpoint));
    run.keep_journal();
    return run;
}

/// To the end of a run with a checkpoint after each step, which `checkpoint` stands for.
void go_on(const fs::path& path, std::int64_t steps, std::int64_t& checkpoint) {
    RunFile run = begun_or_resumed(path, checkpoint);
    for (std::int64_t step = checkpoint + 1; step < steps; ++step) {
        write_step(run, step);
        run.commit(static_cast<double>(step) / static_cast<double>(steps));
        checkpoint = step;
    }
    run.finish("finished");
}

}  // namespace

TEST_CASE("run file: 2 000 commits write less than three times the file", "[training][run_file][journal]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    const std::uint64_t before = file_bytes_written();
    std::int64_t checkpoint = -1;
    go_on(path, 2000, checkpoint);
    const std::uint64_t work_file_bytes = fs::file_size(path);  // finish() renamed it
    CHECK(file_bytes_written() - before + work_file_bytes < 3 * work_file_bytes);
    CHECK(entries_in(folder.path()) == 1);
    CHECK((arrays_of(path) == whole_run(folder / "whole.h5", 2000)));
}

TEST_CASE("run file: stopped before any file operation it goes on from its checkpoint, bit for bit",
          "[training][run_file][journal]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    constexpr std::int64_t steps = 7;
    const Arrays whole = whole_run(folder / "whole.h5", steps);
    for (int failing = 1;; ++failing) {
        INFO("operation " << failing);
        int calls = 0;
        std::int64_t checkpoint = -1;
        fs::remove(path);
        inject_file_fault = [&](const std::string&) { return ++calls >= failing ? EIO : 0; };
        bool done = false;
        try {
            go_on(path, steps, checkpoint);
            done = true;
        } catch (const IoError&) {
            CHECK(calls >= failing);
        }
        inject_file_fault = nullptr;
        if (done) break;
        if (fs::exists(path)) read_run_summary(path);
        // As a kill would have left it: an old work file, a temporary.
        std::ofstream(folder / "run.h5.part") << "left by a dead process";
        std::ofstream(folder / "run.h5.tmp-1") << "left by a dead process";
        go_on(path, steps, checkpoint);
        CHECK((arrays_of(path) == whole));
        CHECK(entries_in(folder.path()) == 2);
    }
}

TEST_CASE("run file: a journal that the file holds already, or that is another run's, changes nothing",
          "[training][run_file][journal]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    const auto journal = journal_file(path);
    {
        RunFile run = RunFile::create(WriterLock(path), sample_info());
        run.keep_journal();
        for (std::int64_t step = 0; step < 5; ++step) write_step(run, step);
        run.commit(0.9);
        CHECK(read_run_summary(path).snapshots.empty());
        fs::copy_file(journal, folder / "kept");
        run.publish();
        CHECK(fs::file_size(journal) < 100);
    }
    // Killed after the new file took its place and before the journal was emptied.
    fs::copy_file(folder / "kept", journal, fs::copy_options::overwrite_existing);
    RunFile::resume(WriterLock(path), sample_point(4)).publish();
    CHECK(read_run_summary(path).snapshots.size() == 5);
    CHECK_FALSE(fs::exists(journal));
    CHECK((arrays_of(path) == whole_run(folder / "whole.h5", 5)));

    { const RunFile another = RunFile::create(WriterLock(path), sample_info()); }
    {
        hdf5::File file = hdf5::File::open_for_writing(path);
        file.root().set_attribute("created", std::string("at another time"));
        file.close();
    }
    fs::copy_file(folder / "kept", journal);
    RunFile::resume(WriterLock(path), 4).publish();
    CHECK(read_run_summary(path).snapshots.empty());
}

TEST_CASE("run file: without the journal that its checkpoint needs a run is not resumed",
          "[training][run_file][journal]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    {
        RunFile run = RunFile::create(WriterLock(path), sample_info());
        run.keep_journal();
        for (std::int64_t step = 0; step < 5; ++step) write_step(run, step);
        run.commit(0.9);
    }
    const std::string journal = read_text(journal_file(path));
    const auto resume = [&] { RunFile::resume(WriterLock(path), sample_point(4)); };
    for (const std::size_t length : {std::size_t{0}, journal.size() / 2, journal.size() - 1}) {
        std::ofstream(journal_file(path), std::ios::binary) << journal.substr(0, length);
        CHECK_THROWS_WITH(resume(), Contains("run.h5: holds") && Contains("checkpoint knows of 7 and 5") &&
                                        Contains("run.h5.journal") && Contains("--force"));
        CHECK(fs::exists(journal_file(path)));
    }
    std::ofstream(journal_file(path), std::ios::binary) << journal;
    resume();
    CHECK(read_run_summary(path).snapshots.size() == 5);
}

TEST_CASE("run file: of a table whose rows are all later than the checkpoint nothing is made",
          "[training][run_file][journal]") {
    const TemporaryFolder folder;
    const auto path = folder / "run.h5";
    {
        RunFile run = RunFile::create(WriterLock(path), sample_info());
        run.keep_journal();
        run.append("eval", 0, {{"accuracy", 0.5}});
        run.commit(0.9);
        run.append("train", 7, {{"loss", 1.0}});
        run.commit(0.9);
    }
    RunFile::resume(WriterLock(path), {0, 1, 0}).publish();
    const RunSummary run = read_run_summary(path);
    CHECK(run.metrics.size() == 1);
    CHECK(run.metrics.contains("eval"));
}

TEST_CASE("run file: when a run with a journal publishes", "[training][run_file][journal]") {
    CHECK(has_doubled(2000, 1000, 0.0));
    CHECK(has_doubled(2000, 1000, 0.5));
    CHECK_FALSE(has_doubled(1999, 1000, 0.1));
    CHECK_FALSE(has_doubled(9000, 1000, 0.51));
}

}  // namespace espalier::training
