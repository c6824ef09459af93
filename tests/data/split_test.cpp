#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/data/split.hpp>

#include "support.hpp"

namespace espalier::data {
using namespace testing;

TEST_CASE("split_off_validation takes the end, rounded to the nearest", "[data][split]") {
    const auto held_out = [](std::size_t count, double share) {
        const Split split = split_off_validation(count, share);
        CHECK(split.training.begin == 0);
        CHECK(split.training.end == split.validation.begin);
        CHECK(split.validation.end == count);
        return split.validation.size();
    };
    CHECK(held_out(60000, 0.2) == 12000);
    CHECK(held_out(60000, 0.1) == 6000);
    CHECK(held_out(1437, 0.1) == 144);  // 143.7
    CHECK(held_out(1437, 0.0) == 0);
    CHECK(held_out(14, 0.1) == 1);  // 1.4
    CHECK(held_out(4, 0.1) == 0);   // 0.4
}

TEST_CASE("split_off_validation refuses shares below 0 or from 1 on and an empty training set", "[data][split]") {
    for (const double share : {-0.1, 1.0, 2.0, std::nan(""), HUGE_VAL}) {
        CHECK_THROWS_AS(split_off_validation(100, share), ConfigError);
        CHECK_THROWS_WITH(split_off_validation(100, share), Contains("data.validation"));
    }
    CHECK_THROWS_WITH(split_off_validation(1, 0.5), Contains("leaves none to train on"));
    CHECK_THROWS_AS(split_off_validation(0, 0.0), ConfigError);
}

}  // namespace espalier::data
