#include "resolved.hpp"
#include "support.hpp"

namespace espalier::config {
using namespace testing;

TEST_CASE("data check: constants are given, as many means as deviations", "[config]") {
    const std::string head = "[data]\nstandardise = 'constants'\n";
    CHECK(refusal(head + "mean = [0.5, 0.5]\nstd = [0.2, 0.2]").empty());
    CHECK_THAT(refusal(head), Contains("run.toml:2: data.standardise = \"constants\" needs data.mean and data.std") &&
                                  Contains("data.mean is empty"));
    CHECK_THAT(refusal(head + "mean = [0.5]"), Contains("but data.std is empty"));
    CHECK_THAT(refusal(head + "mean = [0.5]\nstd = [0.2, 0.2]"),
               Contains("run.toml:4: data.std has 2 numbers, data.mean 1"));
    CHECK_THAT(refusal(head + "mean = [0.5]\nstd = [0.0]"), Contains("data.std") && Contains("above 0"));
    CHECK(refusal("[data]\nmean = [0.5]").empty());  // without effect, which is said
}

TEST_CASE("data check: how images are changed has its limits", "[config]") {
    CHECK(resolved("[data]\ncrop_padding = 4\nflip = true\ncutout = 16\ncrop_fill = 'zero'").data.cutout == 16);
    CHECK_THAT(refusal("[data]\ncrop_padding = -1"), Contains("run.toml:2: data.crop_padding"));
    CHECK_THAT(refusal("[data]\ncrop_fill = 'edge'"), Contains("data.crop_fill") && Contains("reflect"));
    CHECK_THAT(refusal("[data]\ncutout = 1.5"), Contains("data.cutout"));
}

}  // namespace espalier::config
