#include "robustness/images/image_values.hpp"

namespace espalier::robustness {
using namespace testing;
namespace {

double mean_of(const PixelImage& image) {
    double sum = 0.0;
    for (const double value : image.values) sum += value;
    return sum / static_cast<double>(image.values.size());
}

}  // namespace

TEST_CASE("weather: reference values of brightness; colours keep their hue", "[robustness][corruptions]") {
    check_values("brightness");
    const PixelImage colour{3, 1, 2, {0.6, 0.0, 0.3, 0.0, 0.15, 0.0}};
    const PixelImage found = spoiled(colour, "brightness", 5);
    CHECK(largest_difference(found.values, {0.9, 0.3, 0.45, 0.3, 0.225, 0.3}) <= 1e-12);
}

TEST_CASE("weather: snow, frost and fog cover more the worse they are", "[robustness][corruptions]") {
    for (const char* name : {"snow", "frost", "fog"}) {
        INFO(name);
        std::vector<double> away;
        for (int severity = 1; severity <= severities; ++severity) {
            double sum = 0.0;
            for (std::size_t k = 0; k < 60; ++k) {
                const PixelImage image = colour_image(32, 32, static_cast<double>(k));
                const PixelImage found = spoiled(image, name, severity, k);
                for (std::size_t p = 0; p < image.values.size(); ++p)
                    sum += std::abs(found.values[p] - image.values[p]) / 3072.0 / 60.0;
            }
            away.push_back(sum);
        }
        CHECK(away.front() > 0.01);
        CHECK(away.back() > away.front());
    }
    // Snow and frost are bright; fog leaves the brightest pixel no brighter than it was.
    const PixelImage dark{1, 32, 32, std::vector<double>(1024, 0.1)};
    CHECK(mean_of(spoiled(dark, "snow", 3)) > 0.1);
    CHECK(mean_of(spoiled(dark, "frost", 3)) > 0.1);
    for (const double value : spoiled(dark, "fog", 5).values) CHECK(value <= 0.1 + 1e-12);
}

}  // namespace espalier::robustness
