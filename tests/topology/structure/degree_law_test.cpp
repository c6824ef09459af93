#include <espalier/base/text/error.hpp>
#include <espalier/topology/registry.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

MetricValue measured_law(const Pattern& pattern, const std::vector<std::pair<std::string, std::string>>& chosen = {}) {
    const Metric& metric = find_metric("power_law");
    Settings settings = settings_of(metric);
    for (const auto& [name, value] : chosen) settings.set(name, value);
    return metric.measure(network("n", {pattern}), settings).layers.front();
}

}  // namespace

TEST_CASE("power law metric: a random mask is no scale-free one", "[topology][power_law]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const MetricValue value = measured_law(random_pattern(400, 300, 0.05, stream), {{"least_tail", "200"}});
    const MetricValue& inputs = *value.find("inputs");
    CHECK(inputs.find("binomial")->find("ratio")->number() < 0);
    CHECK(inputs.find("exponent")->number() > 1);
    CHECK(inputs.find("p_value")->reason() == "bootstrap is 0");
    CHECK(value.find("outputs")->find("tail")->number() >= 200);
}

TEST_CASE("power law metric: bootstrapped on demand, by its seed", "[topology][power_law]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Pattern p = random_pattern(100, 100, 0.05, stream);
    const auto p_value = [&](const std::string& seed) {
        const MetricValue value = measured_law(p, {{"bootstrap", "50"}, {"seed", seed}});
        return value.find("inputs")->find("p_value")->number();
    };
    CHECK(p_value("1") == p_value("1"));
    CHECK((p_value("1") >= 0 && p_value("1") <= 1));
}

TEST_CASE("power law metric: undefined with a reason", "[topology][power_law]") {
    CHECK(measured_law(pattern({{0, 0}})).find("inputs")->reason() == "no edges");
    CHECK(measured_law(Pattern()).find("outputs")->reason() == "no edges");
    CHECK(measured_law(Pattern::full(20, 20)).find("inputs")->reason() == "all degrees above 0 are equal");
    CHECK(measured_law(pattern({{1, 1}, {1, 0}})).find("inputs")->reason() ==
          "fewer neurons with edges than least_tail");
    CHECK_THROWS_AS(measured_law(pattern({{1, 0}}), {{"bootstrap", "-1"}}), ConfigError);
}

}  // namespace espalier::topology
