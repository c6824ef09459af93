#include <fstream>

#include <espalier/base/text/error.hpp>
#include <espalier/sweep/element.hpp>
#include <espalier/sweep/slurm_submission.hpp>

#include "base/files/temporary_of.hpp"
#include "support.hpp"
#include "training/run_requests.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

namespace fs = std::filesystem;

/// A submission of two elements of two runs, a to d.
fs::path submitted(const fs::path& out, const std::string& job, const std::string& name) {
    fs::path folder = make_submission_folder(out);
    write_elements(folder, {{out / "a", out / "b"}, {out / "c", out / "d"}});
    write_job_number(folder, job, name);
    return folder;
}

}  // namespace

TEST_CASE("slurm submission: each has a folder of its own, and jobs.txt makes it one", "[sweep][slurm]") {
    const TemporaryFolder folder;
    const fs::path out = folder / "out";
    CHECK(submissions_of(out).empty());
    const fs::path first = submitted(out, "41", "x y");
    const fs::path second = submitted(out, "42", "x y");
    CHECK(first != second);
    fs::create_directories(out / "slurm/begun");  // and killed before sbatch has answered
    const std::vector<Submission> all = submissions_of(out);
    REQUIRE(all.size() == 2);
    CHECK(jobs_of(all) == std::vector<std::string>{"41", "42"});
    CHECK(all[0].name == "x y");
    CHECK(all[0].elements[1] == std::vector<fs::path>{out / "c", out / "d"});
}

TEST_CASE("slurm submission: what killed calls left is tidied, and a job that may be unknown is told",
          "[sweep][slurm][crash]") {
    const TemporaryFolder folder;
    const fs::path out = folder / "out";
    CHECK(tidy_submissions(out).empty());
    const fs::path whole = submitted(out, "41", "x");
    const fs::path begun = out / "slurm/begun";
    const fs::path ended = out / "slurm/ended";
    const fs::path refused = out / "slurm/refused";
    for (const fs::path& made : {begun, ended, refused}) {
        fs::create_directories(made);
        write_elements(made, {{out / "a"}});
        std::ofstream(made / "notes.tmp-mine") << "x";
    }
    const fs::path temporary = temporary_of(begun / "job.sh");
    std::ofstream(temporary) << "half";  // as if it had been killed
    for (const fs::path& made : {ended, refused}) std::ofstream(made / "job.sh") << "x";
    std::ofstream(refused / "refused.txt") << "x";
    CHECK(tidy_submissions(out) == std::vector<fs::path>{ended});
    CHECK_FALSE(fs::exists(temporary));
    CHECK(fs::exists(begun / "notes.tmp-mine"));
    CHECK(fs::exists(begun / "elements.txt"));
    CHECK(fs::exists(whole / "jobs.txt"));
}

TEST_CASE("slurm submission: a run is held by a live element of an array of ours", "[sweep][slurm]") {
    const TemporaryFolder folder;
    const fs::path out = folder / "out";
    submitted(out, "41", "x");
    submitted(out, "42", "x");
    const std::vector<Submission> all = submissions_of(out);
    const auto held = [&](const std::string& queue) { return held_runs(all, parse_queue(queue)); };
    CHECK(held("").empty());
    CHECK(held("41|0|COMPLETED||n1|x\n").empty());
    CHECK(held("41|1|RUNNING||n1|somebody else's\n").empty());
    CHECK(held("41|7|RUNNING||n1|x\n43|0|RUNNING||n1|x\n41|N/A|RUNNING||n1|x\n").empty());
    const HeldRuns runs = held("41|0|FAILED||n1|x\n41|1|PENDING|Priority||x\n42|0|RUNNING||n2|x\n");
    CHECK(runs.size() == 4);
    CHECK(holder_of(runs, out / "c")->reason == "Priority");
    CHECK(holder_of(runs, out / "a")->node == "n2");
    CHECK(holder_of(runs, out / "e") == nullptr);
    CHECK(live_jobs(runs) == std::vector<std::string>{"41", "42"});
}

TEST_CASE("slurm submission: what is held is left alone, and refused where it is another run", "[sweep][slurm]") {
    const TemporaryFolder folder;
    const fs::path out = folder / "out";
    submitted(out, "41", "x");
    const HeldRuns held = held_runs(submissions_of(out), parse_queue("41|0|PENDING|Priority||x\n"));
    const training::RunRequest request = digits_request("set", out / "a");
    const auto agenda = [&](const std::string& method) {
        std::vector<Item> items;
        for (const char* name : {"a", "b", "c"}) {
            Item item{
                .point = {.name = name, .variant = "", .values = {}, .config = {}}, .folder = out / name, .state = {}};
            item.point.config = digits_request(method, out / name).config;
            item.step = Step::start;
            items.push_back(std::move(item));
        }
        return items;
    };
    fs::create_directories(out / "a");
    std::ofstream(out / "a/run.toml") << request.config_text;
    std::vector<Item> items = agenda("set");
    std::vector<std::size_t> order = {0, 1, 2};
    leave_held(items, order, held);
    CHECK(order == std::vector<std::size_t>{2});
    CHECK(items[0].step == Step::skip);
    CHECK(items[2].step == Step::start);
    std::vector<Item> others = agenda("static");
    order = {0, 1, 2};
    CHECK_THROWS_WITH(
        leave_held(others, order, held),
        Contains("a is in Slurm's queue (job 41) with another configuration: sparsity.method") && Contains("--cancel"));
}

TEST_CASE("slurm submission: runs are packed in their order", "[sweep][slurm]") {
    const std::vector<std::size_t> order = {4, 0, 2, 1, 3};
    CHECK(packed(order, 2) == std::vector<std::vector<std::size_t>>{{4, 0}, {2, 1}, {3}});
    CHECK(packed(order, 100) == std::vector<std::vector<std::size_t>>{order});
    CHECK(packed({}, 2).empty());
    std::vector<Item> items(3);
    CHECK(longest_finished(items) == 0.0);
    for (std::size_t k = 0; k < items.size(); ++k) {
        items[k].state.status = k == 2 ? "interrupted" : "finished";
        items[k].state.record.results.emplace_back("seconds", 10.0 * static_cast<double>(k + 1));
    }
    CHECK(longest_finished(items) == 20.0);
}

}  // namespace espalier::sweep
