#include <espalier/base/text/error.hpp>
#include <espalier/topology/settings.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

const std::vector<Setting> known{{"edges", "twice", "how often an edge counts", {"twice", "once"}},
                                 {"seed", "0", "of the sample", {}},
                                 {"exact", "true", "or sampled", {}}};

}  // namespace

TEST_CASE("settings: fallbacks until set", "[topology][settings]") {
    Settings settings("gap", known);
    CHECK(settings.text("edges") == "twice");
    CHECK(settings.count("seed") == 0);
    CHECK(settings.flag("exact"));
    settings.set("edges", "once");
    settings.set("seed", "12");
    settings.set("exact", "false");
    CHECK(settings.text("edges") == "once");
    CHECK(settings.count("seed") == 12);
    CHECK(settings.number("seed") == 12);
    CHECK_FALSE(settings.flag("exact"));
}

TEST_CASE("settings: what is wrong is said with what would be right", "[topology][settings]") {
    Settings settings("gap", known);
    CHECK_THROWS_WITH(settings.set("sed", "1"), Contains("'gap.sed'") && Contains("mean 'seed'"));
    CHECK_THROWS_WITH(settings.set("edges", "thrice"), Contains("'thrice'") && Contains("twice or once"));
    CHECK_THROWS_WITH(Settings("gap", {}).set("a", "1"), Contains("gap has none"));
    for (const char* wrong : {"-1", "1.5", "x", "", "99999999999999999999"}) {
        settings.set("seed", wrong);
        CHECK_THROWS_WITH(settings.count("seed"), Contains("'gap.seed'") && Contains("whole number from 0 on"));
    }
    settings.set("seed", "2");
    CHECK_THROWS_WITH(settings.count("seed", 3), Contains("from 3 on"));
    for (const char* wrong : {"nan", "inf", "1e999", "1 "}) {
        settings.set("seed", wrong);
        CHECK_THROWS_AS(settings.number("seed"), ConfigError);
    }
    settings.set("exact", "yes");
    CHECK_THROWS_WITH(settings.flag("exact"), Contains("true or false"));
}

}  // namespace espalier::topology
