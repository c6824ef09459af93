#include <algorithm>

#include <espalier/robustness/images/plasma.hpp>

#include "support.hpp"

namespace espalier::robustness {
using namespace testing;

TEST_CASE("plasma: heights from 0 to 1 on a power of two, smoother where decay is larger",
          "[robustness][corruptions]") {
    const auto roughness = [](double decay) {
        double sum = 0.0;
        for (std::uint32_t k = 0; k < 40; ++k) {
            Stream stream(7, Purpose::test, k);
            const Plane map = plasma(20, decay, stream);
            REQUIRE(map.height == 32);
            REQUIRE(map.width == 32);
            const auto [least, most] = std::ranges::minmax(map.values);
            CHECK(least == 0.0);
            CHECK(most == 1.0);
            for (std::size_t row = 0; row < 32; ++row) {
                for (std::size_t column = 1; column < 32; ++column)
                    sum += std::abs(map.at(row, column) - map.at(row, column - 1));
            }
        }
        return sum;
    };
    CHECK(roughness(3.0) < roughness(2.0));
    CHECK(roughness(2.0) < roughness(1.5));
}

}  // namespace espalier::robustness
