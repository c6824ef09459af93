#include <espalier/base/text/error.hpp>
#include <espalier/optim/learning_rate.hpp>

#include "support.hpp"

namespace espalier::optim {
namespace {

LearningRate rate(const std::string& schedule, std::int64_t warmup = 0) {
    LearningRate r;
    r.schedule = &find_named(learning_rate_schedules(), schedule, "schedule");
    r.peak = 0.4;
    r.minimum = 0.1;
    r.milestones = {0.5, 0.75};
    r.warmup_steps = warmup;
    r.cycle_steps = 8;
    r.total_steps = 100;
    return r;
}

}  // namespace

TEST_CASE("learning rate: each schedule at steps worked out by hand", "[optim]") {
    CHECK(rate("constant").at(77) == 0.4);
    CHECK(rate("step").at(49) == 0.4);
    CHECK(rate("step").at(50) == Approx(0.04));
    CHECK(rate("step").at(75) == Approx(0.004));
    CHECK(rate("cosine").at(0) == Approx(0.4));
    CHECK(rate("cosine").at(50) == Approx(0.25));
    CHECK(rate("cosine").at(100) == Approx(0.1));
    CHECK(rate("cyclical").at(0) == Approx(0.1));
    CHECK(rate("cyclical").at(2) == Approx(0.25));
    CHECK(rate("cyclical").at(4) == Approx(0.4));
    CHECK(rate("cyclical").at(7) == Approx(0.175));
    CHECK(rate("cyclical").at(8) == Approx(0.1));
}

TEST_CASE("learning rate: warm-up is linear, then the schedule starts", "[optim]") {
    CHECK(rate("cosine", 10).at(0) == Approx(0.04));
    CHECK(rate("cosine", 10).at(9) == Approx(0.4));
    CHECK(rate("cosine", 10).at(10) == Approx(0.4));
    CHECK(rate("cosine", 10).at(55) == Approx(0.25));
    CHECK(rate("cyclical", 10).at(14) == Approx(0.4));
}

TEST_CASE("learning rate: an unknown schedule is refused", "[optim]") {
    CHECK_THROWS_AS(rate("linear"), ConfigError);
}

}  // namespace espalier::optim
