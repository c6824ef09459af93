#include <cmath>

#include <espalier/sweep/confidence.hpp>

#include "support.hpp"

namespace espalier::sweep {

TEST_CASE("confidence: the quantiles of printed tables", "[sweep][confidence]") {
    // t(0.975) with 1, 2, 4, 9 and 30 degrees of freedom
    CHECK(half_interval_95(std::sqrt(2.0), 2) == Approx(12.706).epsilon(1e-4));
    CHECK(half_interval_95(std::sqrt(3.0), 3) == Approx(4.303).epsilon(1e-4));
    CHECK(half_interval_95(std::sqrt(5.0), 5) == Approx(2.776).epsilon(1e-3));
    CHECK(half_interval_95(std::sqrt(10.0), 10) == Approx(2.262).epsilon(1e-3));
    CHECK(half_interval_95(std::sqrt(31.0), 31) == Approx(2.042).epsilon(1e-3));
    CHECK(half_interval_95(0.0, 2) == 0.0);
}

}  // namespace espalier::sweep
