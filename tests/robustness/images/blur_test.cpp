#include <set>

#include <espalier/robustness/images/filters.hpp>

#include "robustness/images/image_values.hpp"

namespace espalier::robustness {
using namespace testing;

TEST_CASE("blur: reference values", "[robustness][corruptions]") {
    check_values("gaussian_blur");
    check_values("defocus_blur");
    check_values("zoom_blur");
}

TEST_CASE("blur: glass takes colours from beside, of grey images by exchange", "[robustness][corruptions]") {
    // The blur of severity 1 ends within a pixel, so levels stay what they are.
    PixelImage grey{1, 12, 9, {}};
    for (int k = 0; k < 108; ++k) grey.values.push_back(k / 255.0);
    const PixelImage exchanged = spoiled(grey, "glass_blur", 1);
    CHECK(exchanged.values != grey.values);
    CHECK(std::multiset<double>(exchanged.values.begin(), exchanged.values.end()) ==
          std::multiset<double>(grey.values.begin(), grey.values.end()));
    PixelImage colour{3, 12, 9, {}};
    for (std::size_t c = 0; c < 3; ++c) {
        for (int k = 0; k < 108; ++k) colour.values.push_back((static_cast<double>(c) * 10.0 + k) / 255.0);
    }
    const PixelImage taken = spoiled(colour, "glass_blur", 1);
    for (std::size_t pixel = 0; pixel < 108; ++pixel) {
        const double level = std::round(taken.values[pixel] * 255.0);
        CHECK(std::round(taken.values[108 + pixel] * 255.0) == level + 10.0);  // channels stay together
        CHECK(std::round(taken.values[216 + pixel] * 255.0) == level + 20.0);
        const auto from = static_cast<std::ptrdiff_t>(level);
        const auto at = static_cast<std::ptrdiff_t>(pixel);
        CHECK(std::abs(from / 9 - at / 9) <= 1);
        CHECK(std::abs(from % 9 - at % 9) <= 1);
    }
}

TEST_CASE("blur: a moving point leaves half a Gaussian to one side", "[robustness][corruptions]") {
    Plane point(21, 21);
    point.at(10, 18) = 1.0;
    const Plane trail = motion_blurred(point, 6, 2.0, 0.0);
    double sum = 0.0;
    for (const double value : trail.values) sum += value;
    CHECK(sum == Approx(1.0).epsilon(1e-12));
    for (int k = 0; k < 13; ++k) {
        CHECK(trail.at(10, static_cast<std::size_t>(18 - k)) / trail.at(10, 18) ==
              Approx(std::exp(-k * k / 8.0)).epsilon(1e-12));
    }
    const Plane down = motion_blurred(point, 6, 2.0, 90.0);
    CHECK(down.at(9, 18) / down.at(10, 18) == Approx(std::exp(-1.0 / 8.0)).epsilon(1e-12));
    // What does not vary stays as it is.
    Plane flat(8, 8);
    std::ranges::fill(flat.values, 0.3);
    CHECK(largest_difference(motion_blurred(flat, 9, 2.5, 33.0).values, flat.values) <= 1e-15);
}

}  // namespace espalier::robustness
