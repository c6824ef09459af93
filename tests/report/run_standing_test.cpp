#include <espalier/report/run_standing.hpp>

#include "support.hpp"
#include "sweep/runs.hpp"

namespace espalier::report {
using namespace testing;
namespace {

using sweep::Item;
using sweep::QueuedElement;

/// A run of 20 epochs of 250 steps.
Item item_with(const std::string& status, std::int64_t step = -1, double accuracy = 0.9) {
    Item item{.point = {}, .folder = "runs/none", .state = {}};
    item.state.status = status;
    if (status == "absent") return item;
    item.state.record = made_run("a", 0, {"training.epochs=20"}, {{"test_accuracy", accuracy}});
    item.state.record.status = status;
    if (step >= 0) item.state.record.evaluations = {{.step = step, .epoch = static_cast<double>(step) / 250.0}};
    return item;
}

const QueuedElement waiting{.job = "41", .index = 0, .state = "PENDING", .reason = "Priority"};
const QueuedElement held_back{.job = "41", .index = 0, .state = "REQUEUE_HOLD", .reason = "None"};
const QueuedElement running{.job = "41", .index = 0, .state = "RUNNING", .reason = "None", .node = "n7"};

}  // namespace

TEST_CASE("run standing: the run file says what, the queue why not yet", "[report][slurm]") {
    CHECK(run_standing(item_with("finished"), nullptr) == "finished  90.00 %");
    CHECK(run_standing(item_with("finished"), &waiting) == "finished  90.00 %");
    CHECK(run_standing(item_with("running", 1125), &running) == "running 1125/5000  90.00 %  n7");
    CHECK(run_standing(item_with("running", 0), &running) == "running 0  90.00 %  n7");
    CHECK(run_standing(item_with("running"), &running) == "running 0  90.00 %  n7");
    CHECK(run_standing(item_with("absent"), &waiting) == "queued (Priority)");
    CHECK(run_standing(item_with("absent"), &held_back) == "queued (REQUEUE_HOLD)");
    CHECK(run_standing(item_with("absent"), &running) == "queued (in a job that runs on n7)");
    CHECK(run_standing(item_with("interrupted", 250), &waiting) == "queued (Priority), 250/5000 done");
    CHECK(run_standing(item_with("interrupted", 250), nullptr) == "interrupted at 250/5000");
    CHECK(run_standing(item_with("absent"), nullptr) == "not started");
    Item failed = item_with("failed", 250);
    failed.state.record.results.emplace_back("failure", std::string("the loss is nan"));
    CHECK(run_standing(failed, &running) == "failed: the loss is nan");
    Item damaged = item_with("unreadable");
    damaged.state.record = unreadable_run("a");
    CHECK(run_standing(damaged, nullptr) == "failed: damaged");
}

TEST_CASE("run standing: what may still change by itself", "[report][slurm]") {
    CHECK(is_open(item_with("running"), nullptr));
    CHECK(is_open(item_with("absent"), &waiting));
    CHECK(is_open(item_with("interrupted", 1), &running));
    CHECK_FALSE(is_open(item_with("absent"), nullptr));
    CHECK_FALSE(is_open(item_with("finished"), &running));
    CHECK_FALSE(is_open(item_with("failed"), &running));
    const std::vector<Item> items = {item_with("finished"), item_with("running"), item_with("absent"),
                                     item_with("absent"), item_with("failed")};
    CHECK(standings_text(items, {nullptr, &running, &waiting, nullptr, nullptr}) ==
          "1 finished, 1 running, 1 queued, 1 failed, 1 not in the queue");
    CHECK(standings_text({item_with("finished")}, {nullptr}) == "1 finished, 0 running, 0 queued");
}

}  // namespace espalier::report
