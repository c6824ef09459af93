#include <cmath>

#include <espalier/report/curve_table.hpp>

#include "support.hpp"

namespace espalier::report {
using namespace testing;
using topology::MetricValue;

TEST_CASE("curve table: lists of one length side by side, those within in a table of their own", "[cli][curve_table]") {
    const MetricValue value = MetricValue::Fields{
        {"steps", MetricValue::Numbers{0, 10}},
        {"half_life", 3.0},
        {"survival", MetricValue::Numbers{1, 0.25}},
        {"longer", MetricValue::Numbers{1, 2, 3}},
        {"gap", MetricValue::Fields{{"sigma", MetricValue::Numbers{0.5, std::nan("")}}}},
    };
    CHECK(curve_tables("net", value) ==
          "net\n"
          "steps  survival\n"
          "    0         1\n"
          "   10      0.25\n"
          "\n"
          "net.gap\n"
          "steps  sigma\n"
          "    0    0.5\n"
          "   10      -\n");
    CHECK(curve_tables("net", MetricValue::undefined("no layers")).empty());
    CHECK(curve_tables("net", 1.0).empty());
    CHECK(curve_tables("net", MetricValue::Fields{{"half_life", 1.0}}).empty());
}

}  // namespace espalier::report
