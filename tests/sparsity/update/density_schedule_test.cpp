#include <cmath>

#include <espalier/sparsity/update/density_schedule.hpp>

#include "support.hpp"

namespace espalier::sparsity {
namespace {

DensityPlan plan(const std::string& name, double initial, double last) {
    return {&find_named(density_schedules(), name, "schedule"), initial, last, 100, 1100, 100};
}

}  // namespace

TEST_CASE("density schedule: golden values", "[sparsity]") {
    // definitions.md 3.4: cubic(0 -> 0.9) at quarters, cubic_events(0 -> 0.9) with n = 10
    const auto& cubic = find_named(density_schedules(), "cubic", "schedule");
    const std::vector<double> sparsity{0.0, 0.5203125, 0.7875, 0.8859375, 0.9};
    for (std::size_t k = 0; k < 5; ++k) {
        CHECK(0.9 * cubic.way(static_cast<double>(k) / 4) == Approx(sparsity[k]).margin(1e-12));
    }
    const DensityPlan events = plan("cubic_events", 1.0, 0.1);
    CHECK(events.events() == 10);
    CHECK(1.0 - events.density(200) == Approx(0.2439));
    CHECK(1.0 - events.density(600) == Approx(0.7875));
    CHECK(events.density(1100) == 0.1);  // exactly
}

TEST_CASE("density schedule: densities of layers, the last one with its own from a sparsity of 0.8 on", "[sparsity]") {
    const std::vector<std::size_t> sizes{162, 432, 720, 1080, 1728, 160};
    CHECK(densities_by_layer(sizes, 0.05, 0.0) == std::vector<double>(6, 0.05));
    CHECK(densities_by_layer(sizes, 0.21, 0.2) == std::vector<double>(6, 0.21));
    for (const double density : {0.2, 0.1, 0.05703125, 0.01}) {
        INFO(density);
        const std::vector<double> found = densities_by_layer(sizes, density, 0.2);
        CHECK(found.back() == 0.2);
        double kept = 0.0;
        for (std::size_t l = 0; l < sizes.size(); ++l) kept += found[l] * static_cast<double>(sizes[l]);
        CHECK(kept == Approx(density * 4282.0));
        for (std::size_t l = 1; l + 1 < sizes.size(); ++l) CHECK(found[l] == found[0]);
    }
    // The last layer alone would have more than all: the others are left nothing.
    CHECK(densities_by_layer({10, 90}, 0.1, 0.2) == std::vector<double>{0.0, 0.2});
    CHECK(densities_by_layer({100, 0}, 0.1, 0.2) == std::vector<double>{0.1, 0.2});  // kept dense: nothing to prune
    CHECK(densities_by_layer({50}, 0.1, 0.2) == std::vector<double>{0.2});
}

TEST_CASE("density schedule: starts at the first density, never rises, ends at the last", "[sparsity]") {
    for (const DensitySchedule& schedule : density_schedules()) {
        if (schedule.name == "constant") continue;
        const DensityPlan p = plan(schedule.name, 0.5, 0.05);
        INFO(schedule.name);
        CHECK(p.density(0) == 0.5);
        CHECK(p.density(100) == 0.5);
        double before = 0.5;
        for (std::int64_t step = 0; step <= 2000; step += 50) {
            CHECK(p.density(step) <= before);
            before = p.density(step);
        }
        CHECK(before == 0.05);
    }
    const DensityPlan exponential = plan("exponential", 1.0, 0.01);
    CHECK(exponential.density(600) == Approx(std::pow(0.01, 0.5)));
}

TEST_CASE("density schedule: by time it may fall short of its end, by events it never does", "[sparsity]") {
    DensityPlan short_of = plan("cubic", 1.0, 0.1);
    short_of.until = 1150;  // the last event is at 1100
    CHECK(short_of.density(1150) > 0.1);
    short_of.schedule = &find_named(density_schedules(), "cubic_events", "schedule");
    CHECK(short_of.density(1100) == 0.1);
}

TEST_CASE("density schedule: none leaves the density alone", "[sparsity]") {
    CHECK_FALSE(DensityPlan{}.changes());
    CHECK(DensityPlan{nullptr, 1.0, 0.2}.density(5) == 0.2);
    CHECK_FALSE(plan("cubic", 0.1, 0.1).changes());
}

}  // namespace espalier::sparsity
