#include <espalier/cli/commands/sweep_display.hpp>

#include "support.hpp"

namespace espalier::cli {
using namespace testing;
using Catch::Matchers::StartsWith;
namespace {

SweepView view_of(std::size_t running) {
    SweepView view;
    for (std::size_t k = 0; k < running; ++k) view.running.push_back({"run-" + std::to_string(k)});
    view.finished = 12;
    view.queued = 3;
    view.share = 0.25;
    return view;
}

}  // namespace

TEST_CASE("sweep display: a line per run, and one for all", "[cli][sweep]") {
    SweepView view = view_of(2);
    view.running[1].progress = training::RunProgress{
        .step = 10, .total_steps = 40, .epoch = 3, .epochs = 9, .loss = 0.51234, .validation_accuracy = 0.5};
    const std::vector<std::string> lines = sweep_lines(view, 60.0, {.columns = 90, .rows = 24});
    REQUIRE(lines.size() == 3);
    CHECK(lines[0] == "run-0  starting");
    CHECK_THAT(lines[1], Contains("run-1  epoch 3/9 [") && Contains("25 %  loss 0.5123  validation 50.00 %"));
    CHECK_THAT(lines[2], Contains("12 finished, 2 running, 3 queued [") && Contains("25 % 3:00"));
    view.failed = 1;
    CHECK_THAT(sweep_lines(view, 60.0, {}).back(), Contains("2 running, 1 failed, 3 queued"));
    view.stopping = true;
    CHECK_THAT(sweep_lines(view, 60.0, {}).back(), StartsWith("stopping: 12 finished") && !Contains("3:00"));
}

TEST_CASE("sweep display: it fits into any terminal", "[cli][sweep]") {
    for (std::size_t rows = 1; rows < 12; ++rows) {
        for (std::size_t columns = 1; columns < 100; columns += 7) {
            const auto lines = sweep_lines(view_of(20), 60.0, {.columns = columns, .rows = rows});
            CHECK(lines.size() <= std::max<std::size_t>(rows, 3) - 1);
            for (const std::string& line : lines) CHECK(line.size() < columns);
        }
    }
}

TEST_CASE("sweep display: lines where no bar is asked for, one per run that has ended", "[cli][sweep]") {
    double now = 0.0;
    std::string text;
    const ProgressPorts ports{.seconds = [&] { return now; }, .write = [&](const std::string& more) { text += more; }};
    {
        SweepDisplay display(ProgressForm::lines, ports);
        SweepView view = view_of(2);
        for (now = 0.0; now < 30.0; now += 0.25) display.update(view);
        CHECK(text ==
              "12 finished, 2 running, 3 queued, 25 %, 0:10 gone, 0:30 left\n"
              "12 finished, 2 running, 3 queued, 25 %, 0:20 gone, 1:00 left\n");
        text.clear();
        view.failed = 1;
        now = 25.0;
        display.update(view);
        display.update(view);
        CHECK(text == "12 finished, 2 running, 1 failed, 3 queued, 25 %, 0:25 gone, 1:15 left\n");
    }
    text.clear();
    {
        SweepDisplay display(ProgressForm::none, ports);
        CHECK_FALSE(display.visible());
        display.update(view_of(2));
        SweepDisplay bar(ProgressForm::bar, ports);
        CHECK(bar.visible());
    }
    CHECK(text.empty());
}

}  // namespace espalier::cli
