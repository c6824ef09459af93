#include <espalier/robustness/images/filters.hpp>

#include "robustness/images/image_values.hpp"

namespace espalier::robustness {
using namespace testing;

TEST_CASE("filters: what lies outside of an axis", "[robustness][filters]") {
    const auto row = [](Border border) {
        std::string text;
        for (std::ptrdiff_t at = -5; at < 9; ++at) text += static_cast<char>('a' + inside(at, 4, border));
        return text;
    };
    CHECK(row(Border::nearest) == "aaaaaabcdddddd");
    CHECK(row(Border::mirror) == "bcdcbabcdcbabc");
    CHECK(row(Border::reflect) == "ddcbaabcddcbaa");
    CHECK(inside(5, 1, Border::mirror) == 0);
}

TEST_CASE("filters: sums, means and places stay", "[robustness][filters]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Plane plane(11, 14);
    plane.values = random_values(154, stream);
    Plane flat(11, 14);
    std::ranges::fill(flat.values, 0.7);
    CHECK(largest_difference(gaussian_filter(flat, 2.3, 3.0, Border::reflect).values, flat.values) <= 1e-14);
    CHECK(gaussian_filter(plane, 0.1, 4.0, Border::nearest).values == plane.values);
    CHECK(largest_difference(zoomed(plane, 1.0).values, plane.values) <= 1e-14);
    CHECK(largest_difference(area_resized(plane, 11, 14).values, plane.values) <= 1e-14);
    double before = 0.0;
    double after = 0.0;
    for (const double value : plane.values) before += value / 154.0;
    for (const double value : area_resized(plane, 5, 3).values) after += value / 15.0;
    CHECK(after == Approx(before).margin(1e-14));
    CHECK(interpolated(plane, 3.0, 4.0, Border::mirror) == plane.at(3, 4));
    CHECK(interpolated(plane, 3.5, 4.0, Border::mirror) == Approx((plane.at(3, 4) + plane.at(4, 4)) / 2.0));
    CHECK(interpolated(plane, -1.0, 4.0, Border::mirror) == plane.at(1, 4));
    Plane one(1, 1);
    one.at(0, 0) = 2.0;
    CHECK(largest_difference(correlate(plane, one, Border::mirror).values, [&] {
              std::vector<double> twice = plane.values;
              for (double& value : twice) value *= 2.0;
              return twice;
          }()) <= 1e-15);
}

}  // namespace espalier::robustness
