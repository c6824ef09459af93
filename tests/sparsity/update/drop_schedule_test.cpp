#include <espalier/sparsity/update/drop_schedule.hpp>

#include "support.hpp"

namespace espalier::sparsity {

namespace {

double fraction(const std::string& name, const DropScheduleOptions& options, double progress) {
    return find_named(drop_schedules(), name, "schedule").fraction(options, progress);
}

}  // namespace

TEST_CASE("drop schedule: golden values", "[sparsity]") {
    // definitions.md 3.3
    const std::vector<double> rigl{0.3, 0.256066, 0.15, 0.043934, 0.0};
    const std::vector<double> itop{0.5, 0.427509, 0.2525, 0.077491, 0.005};
    for (std::size_t k = 0; k < 5; ++k) {
        const double progress = static_cast<double>(k) / 4;
        CHECK(fraction("cosine", {0.3}, progress) == Approx(rigl[k]).margin(1e-6));
        CHECK(fraction("cosine", {0.5, 0.005}, progress) == Approx(itop[k]).margin(1e-6));
    }
    CHECK(fraction("constant", {0.3, 0.1}, 0.7) == 0.3);
    CHECK(fraction("linear", {0.4}, 0.25) == Approx(0.3));
    CHECK(fraction("inverse_power", {0.4, 0.0, 3.0}, 0.5) == Approx(0.05));
    CHECK(fraction("inverse_power", {0.4, 0.0, 1.0}, 0.25) == Approx(fraction("linear", {0.4}, 0.25)));
}

TEST_CASE("drop schedule: every one starts at the fraction, decaying ones end at the least", "[sparsity]") {
    for (const DropSchedule& schedule : drop_schedules()) {
        INFO(schedule.name);
        CHECK(schedule.fraction({0.5, 0.01, 3.0, {0.5}, {0.0}}, 0.0) == 0.5);
        if (schedule.name != "constant" && schedule.name != "stepwise") {
            CHECK(schedule.fraction({0.5, 0.01}, 1.0) == Approx(0.01));
        }
    }
}

TEST_CASE("drop schedule: MEST's stages", "[sparsity]") {
    const DropScheduleOptions mest{0.5, 0.0, 3.0, {0.5625, 0.75}, {0.5, 0.0}};
    CHECK(fraction("stepwise", mest, 0.56) == 0.5);
    CHECK(fraction("stepwise", mest, 0.5625) == 0.25);
    CHECK(fraction("stepwise", mest, 0.75) == 0.0);
    CHECK(fraction("stepwise", mest, 1.0) == 0.0);
}

}  // namespace espalier::sparsity
