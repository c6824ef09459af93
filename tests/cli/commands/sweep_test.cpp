#include <algorithm>
#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/base/files/files.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/config/run_execution.hpp>
#include <espalier/report/json.hpp>
#include <espalier/sweep/folder_lock.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "cli/small_sweep.hpp"
#include "npz_builder.hpp"
#include "support.hpp"
#include "training/run_requests.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

namespace fs = std::filesystem;

std::size_t ran(const report::Json& result) {
    return static_cast<std::size_t>(
        std::ranges::count_if(result["runs"], [](const report::Json& run) { return run["ran"].get<bool>(); }));
}

report::Json sweep_json(const fs::path& folder, const std::string& lines, std::vector<std::string> more = {}) {
    more.emplace_back("--json");
    return report::Json::parse(check_succeeds(small_sweep(folder, lines, more)));
}

std::string environment(const fs::path& run_file) {
    return training::read_run_summary(run_file).info.environment;
}

}  // namespace

TEST_CASE("sweep: all runs are made, and made once", "[cli][sweep]") {
    const TemporaryFolder folder;
    const report::Json first = sweep_json(folder.path(), small_grid);
    CHECK(first["sweep"] == "small");
    CHECK(first["status"] == "finished");
    REQUIRE(first["runs"].size() == 8);
    CHECK(ran(first) == 8);
    const report::Json& run = first["runs"][1];
    CHECK(run["folder"] == (folder / "out/set-density0.3-s1").string());
    CHECK(run["variant"] == "set");
    CHECK(run["values"] == report::Json::parse(R"({"sparsity.density": 0.3})"));
    CHECK(run["seed"] == 1);
    CHECK(run["status"] == "finished");
    CHECK(run["test_accuracy"].get<double>() > 0.5);
    CHECK(run["density"].get<double>() == Approx(0.3).margin(1e-3));
    CHECK(run["seconds"].get<double>() > 0.0);
    const fs::path file = folder / "out/set-density0.3-s1/run.h5";
    const auto yesterday = fs::last_write_time(file) - std::chrono::hours(24);
    fs::last_write_time(file, yesterday);
    const report::Json second = sweep_json(folder.path(), small_grid);
    CHECK(ran(second) == 0);
    CHECK(second["runs"][1]["test_accuracy"] == run["test_accuracy"]);
    CHECK(fs::last_write_time(file) == yesterday);
    const std::string text = check_succeeds(small_sweep(folder.path(), small_grid));
    CHECK_THAT(text, Contains("set-density0.3-s1") && Contains("out: 8 of 8 runs finished"));
}

TEST_CASE("sweep: a run of it is the run that its run.toml describes", "[cli][sweep]") {
    const TemporaryFolder folder;
    sweep_json(folder.path(), small_grid);
    const fs::path run = folder / "out/set-density0.2-s1";
    check_succeeds({"run", (run / "run.toml").string(), "--out", (folder / "by-hand").string()});
    CHECK((all_arrays(run) == all_arrays(folder / "by-hand")));
}

TEST_CASE("sweep: what its runs have to say is said once, and why there is no test accuracy", "[cli][sweep]") {
    const TemporaryFolder folder;
    std::vector<float> x;
    std::vector<std::int64_t> y;
    for (int k = 0; k < 200; ++k) {
        x.insert(x.end(), {static_cast<float>(k * 7 % 13), static_cast<float>(k % 5)});
        y.push_back(k % 2);
    }
    write_bytes(folder / "mine.npz", zip_archive({{"x.npy", npy("<f4", {200, 2}, x)}, {"y.npy", npy_ints(y)}}));
    const std::vector<std::string> sweep =
        small_sweep(folder.path(), "seeds = [0, 1]\n[grid]\nsparsity.method = ['set', 'static']\n",
                    {"--progress", "none", "--set", "data.dataset=" + (folder / "mine.npz").string(), "--set",
                     "sparsity.density=0.5"});
    const Outcome first = espalier(sweep);
    INFO(first.err);
    CHECK(first.status == 0);
    CHECK_THAT(first.err, Contains("no test set, so nothing is tested; data.test = 0.2 would hold out a fifth of the "
                                   "samples (in all 4 runs)\n"));
    CHECK(first.err.find("no test set") == first.err.rfind("no test set"));
    CHECK_THAT(first.out,
               Contains("test_accuracy  validation_accuracy") &&
                   Contains("\n- test_accuracy: the dataset has no test set: bring one, or set data.test\n"));
    const Outcome second = espalier(sweep);
    CHECK(second.err.empty());  // nothing ran
    CHECK_THAT(second.out, Contains("- test_accuracy: "));
}

TEST_CASE("sweep: what is added later is run, the rest is not", "[cli][sweep]") {
    const TemporaryFolder folder;
    CHECK(ran(sweep_json(folder.path(), "seeds = [0]\n")) == 1);
    CHECK(ran(sweep_json(folder.path(), "seeds = [1, 0, 2]\n")) == 2);
}

TEST_CASE("sweep: a run that was interrupted goes on", "[cli][sweep]") {
    const TemporaryFolder folder;
    small_sweep(folder.path(), "");
    CHECK(espalier(small_sweep(folder.path(), "", {"--dry-run"})).status == 0);
    check_succeeds(small_run(folder / "whole"));
    const fs::path out = folder / "out/s3";
    fs::create_directories(folder / "out");
    {
        config::Settings settings = config::read_toml(folder / "base.toml");
        settings.config.name = "small";
        training::RunRequest request;
        request.config = config::resolve(settings);
        config::fill_crossovers(request.config);
        request.config_text = config::to_toml(request.config);
        request.folder = out;
        stop_after(request, 33);
        training::run(request);
    }
    const report::Json result = sweep_json(folder.path(), "");
    CHECK(result["runs"][0]["status"] == "finished");
    CHECK((all_arrays(out) == all_arrays(folder / "whole")));
}

TEST_CASE("sweep: one that diverges does not take the others down, and is tried again on request", "[cli][sweep]") {
    const TemporaryFolder folder;
    const fs::path log = folder / "out/wild-s3/log.txt";
    const Outcome first = espalier(small_sweep(folder.path(), one_diverges));
    CHECK(first.status == 1);
    CHECK_THAT(first.err,
               Contains("espalier: 1 of 2 runs failed, the first wild-s3: the loss is") && Contains("--retry-failed"));
    CHECK(std::ranges::count(first.err, '\n') == 1);
    CHECK_THAT(first.out,
               Contains("failed " + (folder / "out/wild-s3").string() + ": ") && Contains("not a finite number"));
    CHECK(status_of(folder / "out/tame-s3/run.h5") == "finished");
    CHECK(status_of(folder / "out/wild-s3/run.h5") == "failed");
    const auto size = fs::file_size(log);

    const Outcome second = espalier(small_sweep(folder.path(), one_diverges, {"--json"}));
    CHECK(second.status == 1);
    const report::Json json = report::Json::parse(second.out);
    CHECK(json["status"] == "failed");
    CHECK(ran(json) == 0);
    CHECK(json["runs"][1]["status"] == "failed");
    CHECK_THAT(json["runs"][1]["reason"].get<std::string>(), Contains("not a finite number"));
    CHECK(fs::file_size(log) == size);

    const Outcome third = espalier(small_sweep(folder.path(), one_diverges, {"--json", "--retry-failed"}));
    CHECK(third.status == 1);
    CHECK(ran(report::Json::parse(third.out)) == 1);
    CHECK(fs::file_size(log) > size);  // what it said before is still there
}

TEST_CASE("sweep: a run of another configuration is never lost silently", "[cli][sweep]") {
    const TemporaryFolder folder;
    sweep_json(folder.path(), "");
    const auto kept = all_arrays(folder / "out/s3");
    const std::vector<std::string> other = {"--set", "training.epochs=2"};
    CHECK_THAT(check_fails(2, small_sweep(folder.path(), "", other)),
               Contains("out/s3 holds a run of another configuration: training.epochs = 14 there, 2 now") &&
                   Contains("--force-changed"));
    CHECK((all_arrays(folder / "out/s3") == kept));
    CHECK(ran(sweep_json(folder.path(), "", {"--set", "training.epochs=2", "--force-changed"})) == 1);
    CHECK(training::read_run_summary(folder / "out/s3/run.h5").snapshots.back() == "000000042");
}

TEST_CASE("sweep: mistakes are found before any run starts", "[cli][sweep]") {
    const TemporaryFolder folder;
    CHECK_THAT(check_fails(2, small_sweep(folder.path(), "[grid]\nsparsity.densty = [0.1]\n")),
               Contains("sweep.toml:4: sparsity.densty is not a key. Did you mean 'sparsity.density'?"));
    CHECK_THAT(check_fails(2, small_sweep(folder.path(), "[grid]\ndata.dataset = [\"digits\", \"no-such\"]\n")),
               Contains("no-such"));
    CHECK_THAT(
        check_fails(
            2,
            small_sweep(
                folder.path(),
                "[[variants]]\nname = \"a\"\nsparsity.init = \"nm:1,7\"\nsparsity.density = 0.142857142857142849\n")),
        Contains("(in the run a-s3)"));
    CHECK_THAT(check_fails(2, small_sweep(folder.path(), "", {"--launcher", "pbs"})), Contains("known: local, slurm"));
    CHECK_THAT(check_fails(2, small_sweep(folder.path(), "", {"--jobs", "0"})), Contains("--jobs"));
    CHECK_THAT(check_fails(2, {"sweep", (folder / "none.toml").string()}), Contains("none.toml"));
    std::ofstream(folder / "lost.toml") << "name = \"x\"\nbase = \"gone.toml\"\n";
    CHECK_THAT(check_fails(2, {"sweep", (folder / "lost.toml").string()}), Contains("gone.toml"));
    CHECK_THAT(check_fails(2, {"sweep", (folder / "sweep.toml").string(), "--out", (folder / "sweep.toml").string()}),
               Contains("is a file"));
    CHECK_FALSE(fs::exists(folder / "out"));
}

TEST_CASE("sweep --dry-run: checks everything, says what would be done, does nothing", "[cli][sweep]") {
    const TemporaryFolder folder;
    const report::Json json =
        report::Json::parse(check_succeeds(small_sweep(folder.path(), small_grid, {"--dry-run", "--json"})));
    REQUIRE(json["runs"].size() == 8);
    CHECK(json["runs"][7]["step"] == "start");
    CHECK(json["runs"][7]["status"] == "absent");
    CHECK_FALSE(fs::exists(folder / "out"));
    sweep_json(folder.path(), "seeds = [0]\n");
    CHECK_THAT(check_succeeds(small_sweep(folder.path(), "seeds = [0, 1]\n", {"--dry-run"})),
               Contains("would be done") && Contains("skip") && Contains("start"));
    CHECK_THAT(check_succeeds(small_sweep(folder.path(), "seeds = [0]\n", {"--dry-run", "--set", "data.validation=0"})),
               Contains("refuse"));
}

TEST_CASE("sweep: the one that ships can be run", "[cli][sweep]") {
    const TemporaryFolder folder;
    const std::string file = std::string(ESPALIER_SOURCE_DIR) + "/experiments/tour/sweep.toml";
    const Outcome outcome = espalier({"sweep", file, "--out", (folder / "out").string(), "--set", "training.epochs=3"});
    INFO(outcome.err);  // so short a training is told what it does not reach
    CHECK(outcome.status == 0);
    CHECK_THAT(outcome.out, Contains("18 of 18 runs finished"));
}

TEST_CASE("sweep: two in one folder do not get in each other's way", "[cli][sweep]") {
    const TemporaryFolder folder;
    const sweep::FolderLock lock(folder / "out");
    CHECK_THAT(check_fails(1, small_sweep(folder.path(), "")), Contains("another sweep") && Contains("is at work in"));
}

TEST_CASE("sweep: runs share the cores, and never take more", "[cli][sweep]") {
    const TemporaryFolder folder;
    const int cores = available_cores();
    const auto threads = [&](std::vector<std::string> more) {
        more.insert(more.end(), {"--set", "training.epochs=1"});
        fs::remove_all(folder / "out");
        sweep_json(folder.path(), "seeds = [0, 1, 2, 3, 4, 5]\n", more);
        return environment(folder / "out/s0/run.h5");
    };
    const auto says = [](int count) { return Contains("; threads " + std::to_string(count)); };
    CHECK_THAT(threads({"--jobs", "1"}), says(cores));
    CHECK_THAT(threads({"--jobs", "1000"}), says(std::max(1, cores / std::min(cores, 6))));
    CHECK_THAT(threads({"--threads", "1"}), says(1));
    CHECK_THAT(threads({"--threads", "1000"}), says(cores));
}

}  // namespace espalier::cli
