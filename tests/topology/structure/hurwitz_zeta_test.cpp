#include <cmath>
#include <numbers>

#include <espalier/topology/structure/hurwitz_zeta.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("hurwitz zeta: known values", "[topology][hurwitz_zeta]") {
    const double pi = std::numbers::pi;
    CHECK(std::exp(log_hurwitz_zeta(2, 1)) == Approx(pi * pi / 6).epsilon(1e-14));
    CHECK(std::exp(log_hurwitz_zeta(4, 1)) == Approx(std::pow(pi, 4) / 90).epsilon(1e-14));
    // scipy.special.zeta
    CHECK(std::exp(log_hurwitz_zeta(1.01, 1)) == Approx(100.5779433384968).epsilon(1e-13));
    CHECK(std::exp(log_hurwitz_zeta(2.5, 6)) == Approx(0.051421988224323555).epsilon(1e-13));
    CHECK(std::exp(log_hurwitz_zeta(3.5, 100)) == Approx(4.050291654636813e-06).epsilon(1e-13));
    CHECK(std::exp(log_hurwitz_zeta(20.0, 3)) == Approx(2.8771746654611316e-10).epsilon(1e-13));
}

TEST_CASE("hurwitz zeta: what one term changes", "[topology][hurwitz_zeta]") {
    for (const double s : {1.001, 1.5, 2.0, 3.7, 12.0, 90.0, 700.0}) {
        for (const double q : {1.0, 2.0, 7.0, 40.0, 333.0}) {
            INFO("s = " << s << ", q = " << q);
            // zeta(s, q) = q^-s + zeta(s, q + 1), everything over q^-s
            const double here = std::exp(log_hurwitz_zeta(s, q) + s * std::log(q));
            const double next = std::exp(log_hurwitz_zeta(s, q + 1) + s * std::log(q));
            CHECK(here == Approx(1 + next).epsilon(1e-11));
        }
    }
}

}  // namespace espalier::topology
