#include "robustness/images/image_values.hpp"

namespace espalier::robustness {
using namespace testing;

TEST_CASE("digital: reference values", "[robustness][corruptions]") {
    check_values("contrast");
    check_values("pixelate", "pixelate_area");
    // What Pillow 9.4 makes of a colour image, level by level.
    const NpzFile pillow(home_reference() / "more/pillow.npz");
    PixelImage image{3, 32, 32, pillow.read("image").to_doubles()};
    for (double& value : image.values) value /= 255.0;
    for (int severity = 1; severity <= severities; ++severity) {
        INFO(severity);
        const PixelImage found = spoiled(image, "pixelate", severity);
        std::vector<float> levels(3072);
        store_levels(found, corruption("pixelate"), 255.0, levels);
        CHECK(std::vector<double>(levels.begin(), levels.end()) ==
              pillow.read("pixelate/" + std::to_string(severity)).to_doubles());
    }
}

TEST_CASE("digital: an elastic image is made of what was there", "[robustness][corruptions]") {
    PixelImage flat{3, 32, 32, std::vector<double>(3072, 0.25)};
    for (int severity = 1; severity <= severities; ++severity) {
        CHECK(largest_difference(spoiled(flat, "elastic_transform", severity).values, flat.values) <= 1e-12);
        const PixelImage image = colour_image(32, 32, 0.2);
        const PixelImage found = spoiled(image, "elastic_transform", severity);
        CHECK(found.values != image.values);
        for (const double value : found.values) CHECK((value >= 0.1 - 1e-12 && value <= 0.9 + 1e-12));
    }
    // Without a shift of its corners (none is drawn as 0, so a ramp is compared with a plane): severity 1 is affine.
    PixelImage ramp{1, 40, 40, {}};
    for (int k = 0; k < 1600; ++k) ramp.values.push_back(0.3 + 0.005 * (k % 40) + 0.004 * (k / 40));
    const PixelImage turned = spoiled(ramp, "elastic_transform", 1);
    const auto at = [&](std::size_t row, std::size_t column) { return turned.values[row * 40 + column]; };
    for (std::size_t row = 15; row < 24; ++row) {
        for (std::size_t column = 15; column < 24; ++column) {
            CHECK(at(row, column) - at(row, column - 1) == Approx(at(15, 15) - at(15, 14)).margin(1e-9));
            CHECK(at(row, column) - at(row - 1, column) == Approx(at(15, 15) - at(14, 15)).margin(1e-9));
        }
    }
}

TEST_CASE("digital: a JPEG is Pillow's, and of less quality farther away", "[robustness][corruptions]") {
    const NpzFile pillow(home_reference() / "more/pillow.npz");
    PixelImage colour{3, 32, 32, pillow.read("image").to_doubles()};
    for (double& value : colour.values) value /= 255.0;
    for (int severity = 1; severity <= severities; ++severity) {
        std::vector<double> wanted = pillow.read("jpeg_compression/" + std::to_string(severity)).to_doubles();
        for (double& value : wanted) value /= 255.0;
        // Versions of libjpeg may differ by one level.
        CHECK(largest_difference(spoiled(colour, "jpeg_compression", severity).values, wanted) <= 1.0001 / 255.0);
    }
    double before = 0.0;
    for (const int severity : {1, 3, 5}) {
        double sum = 0.0;
        for (int k = 0; k < 10; ++k) {
            const PixelImage image = colour_image(32, 32, 0.7 * k);
            const PixelImage found = spoiled(image, "jpeg_compression", severity);
            for (std::size_t p = 0; p < image.values.size(); ++p)
                sum += std::abs(found.values[p] - image.values[p]) / 30720.0;
        }
        CHECK(sum > before);
        CHECK(sum < 0.2);
        before = sum;
    }
    const PixelImage flat{1, 16, 16, std::vector<double>(256, 100.0 / 255.0)};
    CHECK(largest_difference(spoiled(flat, "jpeg_compression", 1).values, flat.values) <= 3.0 / 255.0);
}

}  // namespace espalier::robustness
