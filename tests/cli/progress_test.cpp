#include <espalier/cli/progress.hpp>

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

}  // namespace espalier::cli
