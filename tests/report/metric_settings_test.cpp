#include <espalier/base/text/error.hpp>
#include <espalier/report/metric_settings.hpp>

#include "support.hpp"

namespace espalier::report {
using namespace testing;
using topology::Setting;
using topology::Settings;

TEST_CASE("metric settings: each assignment goes to its metric", "[report][metric_settings]") {
    const std::vector<Setting> known{{"seed", "0", "of the sample", {}}};
    const auto fresh = [&] {
        return std::vector<std::pair<std::string, Settings>>{{"a", {"a", known}}, {"b", {"b", known}}};
    };
    const std::vector<Settings> settings = assigned(fresh(), {"b.seed=3", "b.seed=4"});
    CHECK(settings[0].count("seed") == 0);
    CHECK(settings[1].count("seed") == 4);
    CHECK_THROWS_WITH(assigned(fresh(), {"c.seed=1"}), Contains("'c.seed=1'") && Contains("'c' is not asked for"));
    CHECK_THROWS_WITH(assigned(fresh(), {"a.sed=1"}), Contains("mean 'seed'"));
    for (const char* wrong : {"a.seed", "seed=1", "a=b.c", ""}) {
        CHECK_THROWS_WITH(assigned(fresh(), {wrong}), Contains("METRIC.NAME=VALUE"));
    }
}

}  // namespace espalier::report
