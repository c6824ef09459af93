#include <algorithm>
#include <cmath>

#include <boost/random/uniform_real_distribution.hpp>

#include <espalier/robustness/images/families.hpp>
#include <espalier/robustness/images/filters.hpp>

namespace espalier::robustness {
namespace {

/// Each channel by itself.
template <class Filter>
void filter_channels(PixelImage& image, const Filter& filter) {
    for (std::size_t c = 0; c < image.channels; ++c) {
        const Plane result = filter(Plane(image.height, image.width, image.plane(c)));
        std::ranges::copy(result.values, image.plane(c));
    }
}

void blur_by_gaussian(PixelImage& image, double sigma) {
    constexpr double truncate = 4.0;
    filter_channels(image,
                    [&](const Plane& plane) { return gaussian_filter(plane, sigma, truncate, Border::nearest); });
}

/// A disk on a grid of 17 by 17, its edge smoothed by a Gaussian of three by three.
Plane disk(double radius, double smoothing) {
    constexpr std::size_t side = 17;
    Plane kernel(side, side);
    double sum = 0.0;
    for (std::size_t row = 0; row < side; ++row) {
        for (std::size_t column = 0; column < side; ++column) {
            const double y = static_cast<double>(row) - 8.0;
            const double x = static_cast<double>(column) - 8.0;
            kernel.at(row, column) = x * x + y * y <= radius * radius ? 1.0 : 0.0;
            sum += kernel.at(row, column);
        }
    }
    for (double& value : kernel.values) value /= sum;
    const double beside = std::exp(-1.0 / (2.0 * smoothing * smoothing));
    const std::array<double, 3> weights = {beside / (1.0 + 2.0 * beside), 1.0 / (1.0 + 2.0 * beside),
                                           beside / (1.0 + 2.0 * beside)};
    Plane smooth(3, 3);
    for (std::size_t row = 0; row < 3; ++row) {
        for (std::size_t column = 0; column < 3; ++column) smooth.at(row, column) = weights[row] * weights[column];
    }
    return correlate(kernel, smooth, Border::mirror);
}

}  // namespace

void gaussian_blur(PixelImage& image, int severity, Stream&) {
    blur_by_gaussian(image, at_severity<double>({0.4, 0.6, 0.7, 0.8, 1.0}, severity));
}

void defocus_blur(PixelImage& image, int severity, Stream&) {
    const auto [radius, smoothing] = at_severity<std::pair<double, double>>(
        {{{0.3, 0.4}, {0.4, 0.5}, {0.5, 0.6}, {1.0, 0.2}, {1.5, 0.1}}}, severity);
    const Plane kernel = disk(radius, smoothing);
    filter_channels(image, [&](const Plane& plane) { return correlate(plane, kernel, Border::mirror); });
}

void glass_blur(PixelImage& image, int severity, Stream& stream) {
    struct Setting {
        double sigma;
        std::size_t reach;
        int rounds;
    };
    const Setting setting =
        at_severity<Setting>({{{0.05, 1, 1}, {0.25, 1, 1}, {0.4, 1, 1}, {0.25, 1, 2}, {0.4, 1, 2}}}, severity);
    blur_by_gaussian(image, setting.sigma);
    for (double& value : image.values) value = std::floor(std::clamp(value, 0.0, 1.0) * 255.0) / 255.0;
    // The generator means to swap two pixels, but of colour images it keeps what it has just written over: the one
    // takes the other's colour, and that stays. So do we.
    const std::size_t reach = setting.reach;
    const auto offset = [&] { return stream.below(2 * reach); };  // less `reach`: from -reach to reach - 1
    for (int round = 0; round < setting.rounds; ++round) {
        for (std::size_t row = image.height - reach; row > reach; --row) {
            for (std::size_t column = image.width - reach; column > reach; --column) {
                const std::size_t from_column = column + offset() - reach;
                const std::size_t from_row = row + offset() - reach;
                for (std::size_t c = 0; c < image.channels; ++c) {
                    double* plane = image.plane(c);
                    double& here = plane[row * image.width + column];
                    double& there = plane[from_row * image.width + from_column];
                    if (image.channels == 1) {
                        std::swap(here, there);
                    } else {
                        here = there;
                    }
                }
            }
        }
    }
    blur_by_gaussian(image, setting.sigma);
}

void motion_blur(PixelImage& image, int severity, Stream& stream) {
    struct Setting {
        int radius;
        double sigma;
    };
    const Setting setting = at_severity<Setting>({{{6, 1.0}, {6, 1.5}, {6, 2.0}, {8, 2.0}, {9, 2.5}}}, severity);
    const double degrees = boost::random::uniform_real_distribution<double>(-45.0, 45.0)(stream);
    filter_channels(image,
                    [&](const Plane& plane) { return motion_blurred(plane, setting.radius, setting.sigma, degrees); });
}

void zoom_blur(PixelImage& image, int severity, Stream&) {
    const double end = at_severity<double>({1.06, 1.11, 1.16, 1.21, 1.26}, severity);
    // The factors that NumPy's arange(1, end, 0.01) gives, bit by bit: sides are rounded up from quotients by them.
    const double step = (1.0 + 0.01) - 1.0;
    const auto count = static_cast<std::size_t>(std::ceil((end - 1.0) / 0.01));
    filter_channels(image, [&](const Plane& plane) {
        Plane sum = plane;
        for (std::size_t k = 0; k < count; ++k) {
            const Plane one = zoomed(plane, 1.0 + static_cast<double>(k) * step);
            for (std::size_t p = 0; p < sum.values.size(); ++p) sum.values[p] += one.values[p];
        }
        for (double& value : sum.values) value /= static_cast<double>(count + 1);
        return sum;
    });
}

}  // namespace espalier::robustness
