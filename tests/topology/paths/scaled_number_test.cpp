#include <cmath>

#include <espalier/topology/paths/scaled_number.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("scaled number: agrees with double inside its range", "[topology][scaled_number]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int trial = 0; trial < 1000; ++trial) {
        const auto drawn = [&] {
            const double fraction = 1.0 + stream();
            return std::ldexp(fraction, static_cast<int>(stream.below(800)) - 400);
        };
        const double a = drawn();
        const double b = drawn();
        ScaledNumber sum = a;
        sum += b;
        CHECK(sum.to_double() == a + b);
        CHECK((ScaledNumber(a) * b).to_double() == a * b);
        CHECK((ScaledNumber(a) / b).to_double() == Approx(a / b).epsilon(1e-15));
        CHECK(ScaledNumber(a).log10() == Approx(std::log10(a)).epsilon(1e-14).margin(1e-13));
    }
}

TEST_CASE("scaled number: far beyond double", "[topology][scaled_number]") {
    ScaledNumber power = 1.0;
    for (int k = 0; k < 10'000; ++k) power = power * 10.0;
    CHECK(power.log10() == Approx(10'000).epsilon(1e-14));
    CHECK(std::isinf(power.to_double()));
    CHECK((ScaledNumber(1) / power).to_double() == 0);
    CHECK_FALSE((ScaledNumber(1) / power).is_zero());
    CHECK((power / power).to_double() == 1);
    ScaledNumber sum = 1.0;  // what is smaller vanishes, in either order
    sum += power;
    CHECK((sum / power).to_double() == 1);
    power += 1.0;
    CHECK((power / sum).to_double() == 1);
}

TEST_CASE("scaled number: zero adds nothing and takes everything", "[topology][scaled_number]") {
    ScaledNumber zero;
    CHECK(zero.is_zero());
    zero += ScaledNumber(0x1p-700);
    CHECK(zero.to_double() == 0x1p-700);
    zero += ScaledNumber();
    CHECK(zero.to_double() == 0x1p-700);
    CHECK((zero * ScaledNumber()).is_zero());
    ScaledNumber carried = 0x1p255;  // into the next exponent and back
    carried += 0x1p255;
    CHECK(carried.to_double() == 0x1p256);
    carried += 1.5;
    CHECK(carried.to_double() == 0x1p256);
}

}  // namespace espalier::topology
