#include <espalier/kernels/instruction_set.hpp>
#include <espalier/tuning/measure_crossovers.hpp>

#include "support.hpp"

namespace espalier::tuning {

TEST_CASE("crossing: between the densities where the leader changes, on straight lines", "[tuning]") {
    // sparse = 10 * density, dense = 2 + 2 * density: equal at 0.25
    const std::vector<double> densities = {0.1, 0.2, 0.4, 0.8};
    std::vector<Seconds> seconds;
    for (const double d : densities) seconds.push_back({10 * d, 2 + 2 * d});
    CHECK(crossing(densities, seconds) == Approx(0.25));
    seconds.resize(3);  // what follows is not needed
    CHECK(crossing(densities, seconds) == Approx(0.25));
}

TEST_CASE("crossing: sparse always the slower one, or never", "[tuning]") {
    const std::vector<double> densities = {0.1, 0.5};
    CHECK(crossing(densities, std::vector<Seconds>{{2, 1}, {9, 1}}) == 0.1);
    CHECK(crossing(densities, std::vector<Seconds>{{1, 2}, {1.5, 2}}) == 1.0);
    CHECK(crossing(densities, std::vector<Seconds>{{1, 2}, {2, 2}}) == 1.0);
}

TEST_CASE("measure crossovers: a table of the plan's form, with the work reported", "[tuning]") {
    const TuningPlan plan{.grid = {{16, 64}, {1, 32}},
                          .convolutions = {{2, 40}, {16}},
                          .densities = {0.1, 0.5, 0.9},
                          .largest_square = 32,
                          .seconds = 0.0,
                          .rounds = 2};
    std::vector<double> reported;
    const nn::Crossovers table = measure_crossovers(plan, [&](double done, double all) {
        CHECK(all == 12.0);
        reported.push_back(done);
    });
    CHECK(reported.size() == 12);
    CHECK(std::ranges::is_sorted(reported));
    CHECK(table.instruction_set() == to_string(kernels::instruction_set()));
    CHECK(table.grid().features == plan.grid.features);
    CHECK(table.grid().lanes == plan.grid.lanes);
    for (const nn::Product product : nn::all_products) {
        for (const double density : table.densities(product)) {
            CHECK(density >= 0.1);
            CHECK(density <= 1.0);
        }
    }
    REQUIRE(table.convolutions());
    CHECK(table.convolutions()->grid().channels == plan.convolutions.channels);
    CHECK(table.convolutions()->grid().pixels == plan.convolutions.pixels);
    for (const nn::ConvolutionProduct product : nn::all_convolution_products) {
        for (const double density : table.convolutions()->densities(product)) {
            CHECK(density >= 0.1);
            CHECK(density <= 1.0);
        }
    }
    CHECK(nn::Crossovers::parse(table.text()) == table);
}

TEST_CASE("measure crossovers: the plans ask for what a table can hold", "[tuning]") {
    for (const TuningPlan& plan : {full_plan(), quick_plan()}) {
        CHECK(std::ranges::is_sorted(plan.grid.features));
        CHECK(std::ranges::is_sorted(plan.grid.lanes));
        CHECK(std::ranges::is_sorted(plan.densities));
        CHECK(plan.densities.back() < 1.0);
        CHECK(plan.largest_square >= 4);
        CHECK(plan.rounds > 0);
    }
}

}  // namespace espalier::tuning
