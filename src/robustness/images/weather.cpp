#include <algorithm>
#include <cmath>

#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_real_distribution.hpp>

#include <espalier/robustness/images/families.hpp>
#include <espalier/robustness/images/plasma.hpp>

namespace espalier::robustness {
namespace {

double rounded_level(double value) {
    return std::nearbyint(std::clamp(value, 0.0, 1.0) * 255.0) / 255.0;
}

/// Of red, green and blue; of a grey image itself.
double grey_of(const PixelImage& image, std::size_t pixel) {
    if (image.channels == 1) return image.values[pixel];
    return 0.299 * image.plane(0)[pixel] + 0.587 * image.plane(1)[pixel] + 0.114 * image.plane(2)[pixel];
}

}  // namespace

void snow(PixelImage& image, int severity, Stream& stream) {
    struct Setting {
        double mean, deviation, zoom, threshold;
        int radius;
        double sigma, kept;
    };
    const Setting setting = at_severity<Setting>({{{0.1, 0.2, 1.0, 0.6, 8, 3.0, 0.95},
                                                   {0.1, 0.2, 1.0, 0.5, 10, 4.0, 0.9},
                                                   {0.15, 0.3, 1.75, 0.55, 10, 4.0, 0.9},
                                                   {0.25, 0.3, 2.25, 0.6, 12, 6.0, 0.85},
                                                   {0.3, 0.3, 1.25, 0.65, 14, 12.0, 0.8}}},
                                                 severity);
    Plane flakes(image.height, image.width);
    boost::random::normal_distribution<double> normal(setting.mean, setting.deviation);
    for (double& value : flakes.values) value = normal(stream);
    flakes = zoomed(flakes, setting.zoom);
    for (double& value : flakes.values) {
        value = value < setting.threshold ? 0.0 : std::floor(std::min(value, 1.0) * 255.0) / 255.0;
    }
    const double degrees = boost::random::uniform_real_distribution<double>(-135.0, -45.0)(stream);
    flakes = motion_blurred(flakes, setting.radius, setting.sigma, degrees);
    for (double& value : flakes.values) value = rounded_level(value);
    const std::size_t last = image.pixels() - 1;
    for (std::size_t pixel = 0; pixel <= last; ++pixel) {
        const double bright = grey_of(image, pixel) * 1.5 + 0.5;
        const double fallen = flakes.values[pixel] + flakes.values[last - pixel];  // and turned by half
        for (std::size_t c = 0; c < image.channels; ++c) {
            double& value = image.plane(c)[pixel];
            value = setting.kept * value + (1.0 - setting.kept) * std::max(value, bright) + fallen;
        }
    }
}

void frost(PixelImage& image, int severity, Stream& stream) {
    const auto [kept, added] = at_severity<std::pair<double, double>>(
        {{{1.0, 0.2}, {1.0, 0.3}, {0.9, 0.4}, {0.85, 0.4}, {0.75, 0.45}}}, severity);
    // In place of photographs of ice: a soft map, and needles along the middle heights of a rough one.
    const std::size_t side = std::max(image.height, image.width);
    const Plane soft = plasma(side, 2.5, stream);
    const Plane rough = plasma(side, 1.7, stream);
    constexpr std::array<double, 3> tint = {0.85, 0.93, 1.0};
    for (std::size_t row = 0; row < image.height; ++row) {
        for (std::size_t column = 0; column < image.width; ++column) {
            const double ridge = 1.0 - std::abs(2.0 * rough.at(row, column) - 1.0);
            const double ice = 0.3 + 0.35 * soft.at(row, column) + 0.35 * ridge * ridge;
            for (std::size_t c = 0; c < image.channels; ++c) {
                double& value = image.plane(c)[row * image.width + column];
                value = kept * value + added * ice * (image.channels == 1 ? 1.0 : tint[c]);
            }
        }
    }
}

void fog(PixelImage& image, int severity, Stream& stream) {
    const auto [amount, decay] = at_severity<std::pair<double, double>>(
        {{{0.2, 3.0}, {0.5, 3.0}, {0.75, 2.5}, {1.0, 2.0}, {1.5, 1.75}}}, severity);
    const Plane map = plasma(std::max(image.height, image.width), decay, stream);
    const double most = *std::ranges::max_element(image.values);
    for (std::size_t c = 0; c < image.channels; ++c) {
        for (std::size_t row = 0; row < image.height; ++row) {
            for (std::size_t column = 0; column < image.width; ++column) {
                double& value = image.plane(c)[row * image.width + column];
                value = (value + amount * map.at(row, column)) * most / (most + amount);
            }
        }
    }
}

void brightness(PixelImage& image, int severity, Stream&) {
    const double more = at_severity<double>({0.05, 0.1, 0.15, 0.2, 0.3}, severity);
    for (std::size_t pixel = 0; pixel < image.pixels(); ++pixel) {
        double value = 0.0;  // of hue, saturation and value: the largest channel
        for (std::size_t c = 0; c < image.channels; ++c) value = std::max(value, image.plane(c)[pixel]);
        const double raised = std::min(value + more, 1.0);
        for (std::size_t c = 0; c < image.channels; ++c) {
            double& channel = image.plane(c)[pixel];
            channel = value > 0.0 ? channel / value * raised : raised;
        }
    }
}

}  // namespace espalier::robustness
