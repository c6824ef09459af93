#include <fstream>

#include <espalier/sweep/point_state.hpp>

#include "support.hpp"
#include "training/run_requests.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

Point point_of(const training::RunRequest& request) {
    return {.name = "x", .variant = "", .values = {}, .config = request.config};
}

Step step_of(const std::string& status, bool changed, const Policy& policy) {
    PointState state;
    state.status = status;
    if (changed) state.changes.emplace_back("seed = 1 there, 2 now");
    return next_step(state, policy);
}

}  // namespace

TEST_CASE("point state: what there is, and in what it is another run", "[sweep][state]") {
    const TemporaryFolder folder;
    training::RunRequest request = digits_request("set", folder / "run");
    CHECK(state_of(point_of(request), folder / "run").status == "absent");
    training::run(request);
    const PointState same = state_of(point_of(request), folder / "run");
    CHECK(same.status == "finished");
    CHECK(same.changes.empty());
    const PointState other = state_of(
        point_of(digits_request("set", folder / "run", {"sparsity.density=0.2", "training.epochs=4"})), folder / "run");
    CHECK(other.changes ==
          std::vector<std::string>{"sparsity.density = 0.3 there, 0.2 now", "training.epochs = 3 there, 4 now"});
    stop_after(request, 5);
    request.force = true;
    training::run(request);
    CHECK(state_of(point_of(request), folder / "run").status == "interrupted");
    std::ofstream(folder / "run/run.h5") << "damaged";
    CHECK(state_of(point_of(request), folder / "run").status == "unreadable");
}

TEST_CASE("point state: the table of crossovers that a run was begun with is its own", "[sweep][state]") {
    config::RunConfig there = config::resolve({});
    const config::RunConfig now = there;
    there.model.crossovers = "avx2 0.1";
    CHECK(differing_keys(there, now).empty());
    config::RunConfig asked = now;
    asked.model.crossovers = "avx2 0.2";
    CHECK(differing_keys(there, asked).size() == 1);
}

TEST_CASE("point state: what follows from it", "[sweep][state]") {
    const Policy plain;
    CHECK(step_of("absent", false, plain) == Step::start);
    CHECK(step_of("finished", false, plain) == Step::skip);
    CHECK(step_of("interrupted", false, plain) == Step::resume);
    CHECK(step_of("failed", false, plain) == Step::leave);
    CHECK(step_of("unreadable", false, plain) == Step::leave);
    CHECK(step_of("running", false, plain) == Step::refuse);
    for (const char* status : {"finished", "interrupted", "failed"}) {
        CHECK(step_of(status, true, plain) == Step::refuse);
        CHECK(step_of(status, true, {.retry_failed = true}) == Step::refuse);
        CHECK(step_of(status, true, {.replace_changed = true}) == Step::replace);
        const Step unchanged = step_of(status, false, {.replace_changed = true});
        CHECK(unchanged == step_of(status, false, plain));
    }
    CHECK(step_of("failed", false, {.retry_failed = true}) == Step::replace);
    CHECK(step_of("unreadable", false, {.retry_failed = true}) == Step::replace);
    CHECK(step_of("finished", false, {.retry_failed = true}) == Step::skip);
    CHECK(step_of("running", true, {.retry_failed = true, .replace_changed = true}) == Step::refuse);
}

}  // namespace espalier::sweep
