#include <cmath>

#include <espalier/topology/series/curves.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("curves: numbers become lists, undefined ones gaps", "[topology][curves]") {
    Curves curves;
    CHECK(curves.value().is_undefined());
    curves.add(MetricValue::undefined("no edges"));
    curves.add(MetricValue::Fields{{"gap", 2.0}, {"list", MetricValue::Numbers{1, 2}}});
    curves.add(
        MetricValue::Fields{{"gap", MetricValue::undefined("too few")}, {"late", MetricValue::Fields{{"x", 5.0}}}});
    curves.add(MetricValue::Fields{{"gap", 3.0}});
    const MetricValue value = curves.value();
    const MetricValue::Numbers& gap = value.find("gap")->list();
    REQUIRE(gap.size() == 4);
    CHECK((std::isnan(gap[0]) && gap[1] == 2 && std::isnan(gap[2]) && gap[3] == 3));
    CHECK(value.find("list")->is_undefined());
    const MetricValue::Numbers& late = value.find("late")->find("x")->list();
    REQUIRE(late.size() == 4);
    CHECK((std::isnan(late[1]) && late[2] == 5 && std::isnan(late[3])));
}

TEST_CASE("curves: plain numbers, and nothing but reasons", "[topology][curves]") {
    Curves numbers;
    numbers.add(1.0);
    numbers.add(4.0);
    CHECK(numbers.value().list() == MetricValue::Numbers{1, 4});
    Curves reasons;
    reasons.add(MetricValue::undefined("no edges"));
    CHECK(reasons.value().reason() == "no edges");
}

}  // namespace espalier::topology
