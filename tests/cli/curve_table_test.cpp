#include <cmath>

#include <espalier/cli/curve_table.hpp>

#include "support.hpp"

namespace espalier::cli {
using namespace testing;
using topology::MetricValue;

TEST_CASE("curve table: lists of one length side by side", "[cli][curve_table]") {
    const MetricValue value = MetricValue::Fields{
        {"steps", MetricValue::Numbers{0, 10}},
        {"half_life", 3.0},
        {"gap", MetricValue::Fields{{"sigma", MetricValue::Numbers{0.5, std::nan("")}}}},
        {"longer", MetricValue::Numbers{1, 2, 3}},
    };
    CHECK(curve_table(value) ==
          "steps  gap.sigma\n"
          "    0        0.5\n"
          "   10          -\n");
    CHECK(curve_table(MetricValue::undefined("no layers")).empty());
    CHECK(curve_table(1.0).empty());
}

}  // namespace espalier::cli
