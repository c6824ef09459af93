#include <algorithm>

#include <espalier/cli/terminal/progress.hpp>

#include "support.hpp"

namespace espalier::cli {
using namespace testing;

TEST_CASE("progress: the line fits, with a bar where there is room", "[cli][progress]") {
    CHECK(progress_line("epoch 1/4", 0.25, 62.0, "loss 0.31", 60) ==
          "epoch 1/4 [======                    ]  25 % 1:02  loss 0.31");
    for (std::size_t width = 0; width < 120; ++width) {
        CHECK(progress_line("epoch 1/4", 0.5, 7322.0, "loss 0.31", width).size() <= width);
    }
    CHECK_THAT(progress_line("epoch", 2.0, -1.0, "", 80), Contains("100 %"));
    CHECK_THAT(progress_line("epoch", 0.5, 7322.0, "", 80), Contains("2:02:02"));
}

TEST_CASE("progress: one slow piece does not change the time to go", "[cli][progress]") {
    Pace pace;
    CHECK(pace.remaining(10.0) < 0.0);
    double seconds = 0.0;
    for (int k = 1; k <= 20; ++k) {
        seconds += k == 10 ? 100.0 : 0.5;
        pace.add(k, seconds);
    }
    CHECK(pace.remaining(10.0) == Approx(5.0));
    pace.add(20.0, 999.0);  // nothing was done
    CHECK(pace.remaining(10.0) == Approx(5.0));
}

namespace {

/// A clock that the test sets, and what was written.
struct Watched {
    double now = 0.0;
    std::string text{};
    ProgressPorts ports() {
        return {.seconds = [this] { return now; }, .write = [this](const std::string& more) { text += more; }};
    }
};

}  // namespace

TEST_CASE("progress: each form by its name, auto by what stderr is", "[cli][progress]") {
    CHECK(progress_form("auto", "--progress", true) == ProgressForm::bar);
    CHECK(progress_form("auto", "--progress", false) == ProgressForm::lines);
    for (const bool is_terminal : {true, false}) {
        CHECK(progress_form("bar", "--progress", is_terminal) == ProgressForm::bar);
        CHECK(progress_form("lines", "--progress", is_terminal) == ProgressForm::lines);
        CHECK(progress_form("none", "--progress", is_terminal) == ProgressForm::none);
    }
    CHECK_THROWS_WITH(progress_form("line", "--progress", true),
                      Contains("--progress 'line' is not known. Did you mean 'lines'? Known: auto, bar, lines, none"));
}

TEST_CASE("progress: lines keep silent for 10 s, then tell each epoch", "[cli][progress]") {
    LineRate rate;
    CHECK_FALSE(rate.is_due(3.0, true));
    CHECK_FALSE(rate.is_due(9.99, true));
    CHECK_FALSE(rate.is_due(12.0, false));  // an epoch has ended 2 s ago: the next is soon to come
    CHECK(rate.is_due(13.0, true));
    CHECK_FALSE(rate.is_due(13.5, true));  // not more than one per second
    CHECK(rate.is_due(14.0, true));
    CHECK_FALSE(rate.is_due(23.9, false));
    CHECK(rate.is_due(24.0, false));  // a long epoch: every 10 s
    CHECK_FALSE(rate.is_due(33.0, false));
    CHECK(rate.is_due(34.0, false));
    CHECK(rate.is_due(35.0, true));
    LineRate long_epochs;
    CHECK_FALSE(long_epochs.is_due(9.9, false));
    CHECK(long_epochs.is_due(10.0, false));
}

TEST_CASE("progress: a line says where it is", "[cli][progress]") {
    CHECK(progress_log_line("epoch 3/20", 0.154, 52.0, 271.0, "loss 0.31") ==
          "epoch 3/20, 15 %, loss 0.31, 0:52 gone, 4:31 left\n");
    CHECK(progress_log_line("measuring", 2.0, 3600.0, -1.0, "") == "measuring, 100 %, 1:00:00 gone\n");
}

TEST_CASE("progress: lines by the clock, whole and without control characters", "[cli][progress]") {
    Watched watched;
    {
        Progress progress(100.0, ProgressForm::lines, watched.ports());
        for (int step = 1; step <= 100; ++step) {
            watched.now = step;  // ten epochs of ten steps, a second each
            progress.update(step, "epoch " + std::to_string((step + 9) / 10), "", step % 10 == 0);
        }
    }
    CHECK(std::ranges::count(watched.text, '\n') == 10);
    CHECK(watched.text.starts_with("epoch 1, 10 %, 0:10 gone, 1:30 left\nepoch 2, 20 %, 0:20 gone, 1:20 left\n"));
    CHECK(watched.text.ends_with("epoch 10, 100 %, 1:40 gone, 0:00 left\n"));
    CHECK(watched.text.find_first_of("\r\x1b") == std::string::npos);
}

TEST_CASE("progress: a bar is drawn ten times per second and goes", "[cli][progress]") {
    Watched watched;
    {
        Progress progress(10.0, ProgressForm::bar, watched.ports());
        progress.update(1.0, "work");
        CHECK_THAT(watched.text, Contains("\rwork [") && Contains("10 %"));
        watched.text.clear();
        watched.now = 0.05;
        progress.update(2.0, "work");
        CHECK(watched.text.empty());
        watched.now = 0.15;
        progress.update(3.0, "work");
        CHECK_THAT(watched.text, Contains("30 %"));
        watched.text.clear();
    }
    CHECK(watched.text == "\r\x1b[K");
}

TEST_CASE("progress: none is none", "[cli][progress]") {
    Watched watched;
    {
        Progress progress(10.0, ProgressForm::none, watched.ports());
        watched.now = 100.0;
        progress.update(5.0, "work", "", true);
    }
    CHECK(watched.text.empty());
}

}  // namespace espalier::cli
