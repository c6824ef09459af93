#include <cmath>

#include <espalier/page/axis.hpp>

#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

const double unsaid = std::nan("");

bool have(const Measured& run) {
    return have_epochs(std::span(&run, 1));
}

}  // namespace

TEST_CASE("axis: epochs count where they tell all moments apart", "[page][axis]") {
    CHECK(have({{10, 20}, {1, 2}, {0.5, 0.6}}));
    CHECK(!have({{10, 20}, {1, 1}, {0.5, 0.6}}));            // twice in an epoch
    CHECK(!have({{10, 20}, {unsaid, unsaid}, {0.5, 0.6}}));  // never said
    CHECK(have({{10, 15, 20}, {1, 1, 2}, {0.5, unsaid, 0.6}}));
    CHECK(have({}));
}

TEST_CASE("axis: steps where one run of a chart has no epochs", "[page][axis]") {
    const PageRuns all = made_runs({{}, {.group = 1}});
    BandChart chart;
    put_bands(chart, all, {{{{10, 20}, {1, 2}, {0.5, 0.6}}}, {{{10, 20}, {unsaid, unsaid}, {0.7, 0.8}}}});
    CHECK(chart.x_name == "step");
    REQUIRE(chart.bands.size() == 2);
    CHECK(chart.bands[0].x == std::vector<double>{10, 20});
    CHECK(chart.bands[1].mean == std::vector<double>{0.7, 0.8});
}

TEST_CASE("axis: the epoch of a step", "[page][axis]") {
    sweep::RunRecord run;
    CHECK(epoch_of_step(run, 0.0) == 0.0);
    CHECK(std::isnan(epoch_of_step(run, 5.0)));
    run.evaluations = {{.step = 10, .epoch = 0.0}, {.step = 20, .epoch = 1.0}};
    CHECK(epoch_of_step(run, 10.0) == 0.0);
    CHECK(epoch_of_step(run, 30.0) == 1.5);
}

TEST_CASE("axis: what was measured last", "[page][axis]") {
    sweep::RunRecord run;
    CHECK(std::isnan(last_measured(run, &sweep::Evaluation::test_loss)));
    run.evaluations = {{.step = 1, .test_accuracy = 0.5}, {.step = 2, .validation_accuracy = 0.7}};
    CHECK(last_measured(run, &sweep::Evaluation::test_accuracy) == 0.5);
}

}  // namespace espalier::page
