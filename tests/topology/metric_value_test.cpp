#include <cmath>
#include <limits>

#include <espalier/topology/metric_value.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("metric value: the mean over layers leaves undefined ones out, field by field", "[topology][metric_value]") {
    const MetricValue nothing = MetricValue::undefined("too small");
    const std::vector<MetricValue> numbers{1.0, nothing, 4.0};
    CHECK(mean_over_layers(numbers).number() == 2.5);

    const std::vector<MetricValue> objects{MetricValue::Fields{{"a", 1.0}, {"b", nothing}}, nothing,
                                           MetricValue::Fields{{"a", 2.0}, {"b", MetricValue::Fields{{"c", 3.0}}}}};
    const MetricValue mean = mean_over_layers(objects);
    CHECK(mean.fields()[0].first == "a");
    CHECK(mean.find("a")->number() == 1.5);
    CHECK(mean.find("b")->find("c")->number() == 3);
    CHECK(mean.find("d") == nullptr);
}

TEST_CASE("metric value: lists of one length are averaged entry by entry", "[topology][metric_value]") {
    const double undefined = std::numeric_limits<double>::quiet_NaN();
    const std::vector<MetricValue> lists{MetricValue::Numbers{1, undefined, undefined},
                                         MetricValue::undefined("too small"), MetricValue::Numbers{3, 5, undefined}};
    const MetricValue mean = mean_over_layers(lists);
    REQUIRE(mean.is_list());
    CHECK(mean.list()[0] == 2);
    CHECK(mean.list()[1] == 5);
    CHECK(std::isnan(mean.list()[2]));
    const std::vector<MetricValue> of_two_lengths{MetricValue::Numbers{1, 2}, MetricValue::Numbers{3}};
    CHECK_THAT(mean_over_layers(of_two_lengths).reason(), Contains("differ in length"));
}

TEST_CASE("metric value: nowhere defined gives the reason", "[topology][metric_value]") {
    const std::vector<MetricValue> values(2, MetricValue::undefined("too small"));
    CHECK(mean_over_layers(values).reason() == "too small");
    CHECK(mean_over_layers({}).is_undefined());
}

}  // namespace espalier::topology
