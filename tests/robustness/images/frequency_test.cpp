#include <complex>
#include <numbers>

#include <espalier/robustness/images/frequency.hpp>

#include "robustness/images/image_values.hpp"

namespace espalier::robustness {
using namespace testing;
namespace {

/// Frequency by frequency, each by the sum over all pixels.
std::vector<double> slowly_filtered(const PixelImage& image, Band band, double cut_off) {
    using Complex = std::complex<double>;
    const auto turn = [](std::size_t k, std::size_t n, std::size_t side) {
        return 2.0 * std::numbers::pi * static_cast<double>(k * n) / static_cast<double>(side);
    };
    std::vector<double> result(image.values.size(), 0.0);
    for (std::size_t c = 0; c < image.channels; ++c) {
        for (std::size_t v = 0; v < image.height; ++v) {
            for (std::size_t u = 0; u < image.width; ++u) {
                const double y =
                    static_cast<double>(std::min(v, image.height - v)) * 2.0 / static_cast<double>(image.height);
                const double x =
                    static_cast<double>(std::min(u, image.width - u)) * 2.0 / static_cast<double>(image.width);
                const bool is_low = std::sqrt(x * x + y * y) <= cut_off;
                if (!(u == 0 && v == 0) && is_low != (band == Band::low)) continue;
                Complex sum = 0.0;
                for (std::size_t p = 0; p < image.pixels(); ++p) {
                    sum += image.plane(c)[p] * std::polar(1.0, -turn(v, p / image.width, image.height) -
                                                                   turn(u, p % image.width, image.width));
                }
                for (std::size_t p = 0; p < image.pixels(); ++p) {
                    const Complex wave =
                        std::polar(1.0, turn(v, p / image.width, image.height) + turn(u, p % image.width, image.width));
                    result[c * image.pixels() + p] += (sum * wave).real() / static_cast<double>(image.pixels());
                }
            }
        }
    }
    return result;
}

}  // namespace

TEST_CASE("frequency: filters are those of the slow sum, on even and odd sides", "[robustness][frequency]") {
    for (const auto& [height, width] : {std::pair<std::size_t, std::size_t>{8, 8}, {7, 12}, {6, 14}}) {
        const PixelImage image = colour_image(height, width, 0.3);
        for (const double cut_off : {0.25, 0.6, 1.0}) {
            for (const Band band : {Band::low, Band::high}) {
                CHECK(largest_difference(filtered(image, band, cut_off).values,
                                         slowly_filtered(image, band, cut_off)) <= 1e-12);
            }
        }
    }
}

TEST_CASE("frequency: both halves make the image again, its mean twice", "[robustness][frequency]") {
    const PixelImage image = ImageValues().image();
    double mean = 0.0;
    for (const double value : image.values) mean += value / 784.0;
    for (const double cut_off : {0.0, 0.3, 0.9, 1.5}) {
        const PixelImage low = filtered(image, Band::low, cut_off);
        const PixelImage high = filtered(image, Band::high, cut_off);
        for (std::size_t p = 0; p < 784; ++p)
            CHECK(low.values[p] + high.values[p] == Approx(image.values[p] + mean).margin(1e-12));
    }
    CHECK(largest_difference(filtered(image, Band::low, 1.5).values, image.values) <= 1e-12);
    for (const double value : filtered(image, Band::high, 1.5).values) CHECK(value == Approx(mean).margin(1e-12));
}

TEST_CASE("frequency: energy of filters", "[robustness][frequency]") {
    const data::SampleShape image{1, 8, 8};
    const std::vector<double> flat(64, 0.5);
    CHECK(filter_energy(flat, 8, 8, image, 0.5).above <= 1e-12);
    std::vector<double> fast(64);
    for (std::size_t k = 0; k < 64; ++k) fast[k] = k % 2 == 0 ? 1.0 : -1.0;
    const FilterEnergy of_fast = filter_energy(fast, 8, 8, image, 0.5);
    CHECK(of_fast.above == Approx(of_fast.all).epsilon(1e-12));
    CHECK(of_fast.all == Approx(64.0 * 64.0).epsilon(1e-12));  // Parseval
    // One weight alone has all frequencies alike: the share is that of places above the radius.
    const FilterEnergy point = filter_energy(std::vector<double>{0.0, 2.0, 0.0, 0.0}, 2, 2, image, 0.5);
    std::size_t above = 0;
    for (int v = -4; v < 4; ++v) {
        for (int u = -4; u < 4; ++u) above += std::hypot(u, v) > 2.0 ? 1 : 0;
    }
    CHECK(point.above / point.all == Approx(static_cast<double>(above) / 64.0).epsilon(1e-12));
}

}  // namespace espalier::robustness
