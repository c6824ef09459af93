#include "sparsity/gradient_plan.hpp"
#include "support.hpp"

namespace espalier::sparsity {
namespace {

struct MadePlan : testing::GradientPlan {
    MadePlan() : GradientPlan("cosine", 10, 75) {}
};

using Steps = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("update plan: every interval, not after the last update, not at the last step", "[sparsity]") {
    MadePlan plan;
    CHECK(plan.due() == Steps{10, 20, 30, 40, 50, 60, 70});  // floor(75 / 10) of them
    CHECK(plan.needs_gradient(10));
    CHECK_FALSE(plan.needs_gradient(11));
    plan.last_update = 100;
    CHECK(plan.is_due(90));
    CHECK_FALSE(plan.is_due(100));
    CHECK(plan.fraction(50) == Approx(0.15));
    CHECK_FALSE(UpdatePlan{}.is_due(10));
}

TEST_CASE("update plan: the first step updates, too, on request", "[sparsity]") {
    MadePlan plan;
    plan.at_start = true;
    CHECK(plan.due() == Steps{1, 10, 20, 30, 40, 50, 60, 70});
}

TEST_CASE("update plan: intervals grow from milestone to milestone", "[sparsity]") {
    MadePlan plan;
    plan.last_update = 100;
    plan.interval = {10, {20, 60}, 2};
    CHECK(plan.due() == Steps{10, 20, 40, 60, 80});  // every 10 to step 20, every 20 to 60, every 40 after
    CHECK(plan.interval.at(61) == 40);
}

TEST_CASE("update plan: pruning by events falls between its bounds, and goes on without exchange", "[sparsity]") {
    MadePlan plan;
    plan.density = {&find_named(density_schedules(), "cubic_events", "schedule"), 1.0, 0.1, 20, 60, 10};
    Steps prunes;
    for (std::int64_t step = 0; step <= 100; ++step) {
        if (plan.prunes(step)) prunes.push_back(step);
    }
    CHECK(prunes == Steps{30, 40, 50, 60});
    plan.grow = nullptr;
    CHECK(plan.due() == prunes);
    CHECK_FALSE(plan.needs_gradient(30));
}

TEST_CASE("update plan: the first exchange that can change a weight", "[sparsity]") {
    using First = std::optional<std::int64_t>;
    MadePlan plan;  // every 10 up to 75, of 100 steps; a cosine from 0.3 to 0
    CHECK(plan.first_exchange() == First(10));
    CHECK(plan.first_exchange(10) == First(20));
    CHECK(plan.first_exchange(69) == First(70));
    CHECK(plan.first_exchange(70) == std::nullopt);
    plan.interval = {10, {5}, 3};  // every 30 from the first one on
    CHECK(plan.first_exchange() == First(30));
    plan.at_start = true;
    CHECK(plan.first_exchange() == First(1));
    plan.at_start = false;
    plan.interval = {75, {}, 2};
    CHECK(plan.first_exchange() == std::nullopt);  // the cosine has come down to 0
    plan.drop_fraction.minimum = 0.01;
    CHECK(plan.first_exchange() == First(75));
    plan.interval = {76, {}, 2};
    CHECK(plan.first_exchange() == std::nullopt);
    plan.last_update = 100;
    plan.interval = {100, {}, 2};
    CHECK(plan.first_exchange() == std::nullopt);  // never after the last step
    CHECK(UpdatePlan{}.first_exchange() == std::nullopt);
}

TEST_CASE("update plan: an exchange of none is none, but a threshold drops what it finds", "[sparsity]") {
    using First = std::optional<std::int64_t>;
    MadePlan plan;
    plan.drop_fraction = {0.0, 0.0, 3.0, {}, {}};
    CHECK(plan.first_exchange() == std::nullopt);
    plan.total_steps = std::int64_t{1} << 60;  // and that takes no time
    plan.last_update = plan.total_steps;
    plan.interval.every = 1;
    CHECK(plan.first_exchange() == First(1'000'001));
    MadePlan by_threshold;
    by_threshold.drop_fraction = {0.0, 0.0, 3.0, {}, {}};
    by_threshold.drop = &find_named(drop_rules(), "threshold", "rule");
    CHECK(by_threshold.first_exchange() == First(10));
}

TEST_CASE("update plan: the large updates of ticket phases are exchanges too", "[sparsity]") {
    MadePlan plan;
    plan.interval.every = 1000;
    plan.phases = {.begin = 40, .length = 20, .count = 3, .drop_fraction = 0.5};
    CHECK(plan.first_exchange() == std::optional<std::int64_t>(40));
    plan.phases.drop_fraction = 0.0;
    CHECK(plan.first_exchange() == std::nullopt);
}

TEST_CASE("update plan: neurons are pruned at times of their own, not up to `from` and not at the end", "[sparsity]") {
    UpdatePlan plan;
    plan.total_steps = 60;
    plan.importance = {20, 10, 20.0, true};
    std::vector<std::int64_t> steps;
    for (std::int64_t step = 1; step <= 60; ++step) {
        CHECK(plan.is_due(step) == plan.prunes_neurons(step));
        if (plan.prunes_neurons(step)) steps.push_back(step);
    }
    CHECK(steps == std::vector<std::int64_t>{30, 40, 50});
    CHECK_FALSE(plan.prunes_neurons_too_late());
    plan.importance.from = 49;
    CHECK_FALSE(plan.prunes_neurons_too_late());
    plan.importance.from = 50;
    CHECK(plan.prunes_neurons_too_late());
    plan.importance.every = 0;
    CHECK_FALSE(plan.prunes_neurons_too_late());
}

}  // namespace espalier::sparsity
