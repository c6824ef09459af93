#include <cmath>

#include <espalier/sweep/progress_text.hpp>

#include "support.hpp"

namespace espalier::sweep {
using namespace testing;

TEST_CASE("progress text: what is written is read back", "[sweep][progress]") {
    for (const std::optional<double> validation : {std::optional<double>(), std::optional<double>(0.1)}) {
        const training::RunProgress progress{7, 100, 2, 14, 0.3, validation};
        std::string line = progress_text(progress);
        REQUIRE(line.ends_with('\n'));
        line.pop_back();
        const auto read = parse_progress(line);
        REQUIRE(read);
        CHECK(read->step == 7);
        CHECK(read->total_steps == 100);
        CHECK(read->epoch == 2);
        CHECK(read->epochs == 14);
        CHECK(read->loss == 0.3);
        CHECK(read->validation_accuracy == validation);
    }
    CHECK(std::isnan(parse_progress("1 2 3 4 nan nan")->loss));
}

TEST_CASE("progress text: what is no such line is none", "[sweep][progress]") {
    for (const char* line : {"", "1 2 3", "1 2 3 4 x 5", "1 2 3 4 0.5 0.5 6", "1 2 3 4 0.5 "}) {
        INFO(line);
        CHECK_FALSE(parse_progress(line));
    }
}

}  // namespace espalier::sweep
