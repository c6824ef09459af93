#include <espalier/robustness/images/pixels.hpp>

#include "support.hpp"

namespace espalier::robustness {
using namespace testing;

TEST_CASE("pixels: which samples are images, and what is white", "[robustness]") {
    const data::Examples bytes{1, 12, std::vector<std::uint8_t>(12, 51), {0}};
    CHECK(pixel_scale(bytes, {3, 2, 2}, 255.0).missing.empty());
    CHECK_THAT(pixel_scale(bytes, {3, 2, 2}, 50.0).missing, Contains("outside of [0, 50]"));
    CHECK_THAT(pixel_scale(bytes, {12, 1, 1}, 255.0).missing, Contains("no images"));
    CHECK_THAT(pixel_scale(bytes, {2, 2, 3}, 255.0).missing, Contains("2 channels"));
    const data::Examples negative{1, 4, std::vector<float>{0.0F, 1.0F, -0.5F, 0.2F}, {0}};
    CHECK_THAT(pixel_scale(negative, {1, 2, 2}, 1.0).missing, Contains("outside"));
    const PixelImage image = pixels_of(bytes, {3, 2, 2}, 255.0, 0);
    CHECK(image.values == std::vector<double>(12, 0.2));
    CHECK(image.plane(2) == image.values.data() + 8);
}

}  // namespace espalier::robustness
