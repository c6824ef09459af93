#include <algorithm>
#include <array>
#include <cmath>

#include <boost/random/uniform_real_distribution.hpp>

#include <espalier/robustness/images/families.hpp>
#include <espalier/robustness/images/filters.hpp>
#include <espalier/robustness/images/jpeg_round_trip.hpp>

namespace espalier::robustness {
namespace {

struct Point {
    double x = 0.0;
    double y = 0.0;
};

/// x = a u + b v + c, y = d u + e v + f.
struct Affine {
    double a, b, c, d, e, f;
};

/// The one that takes each of three points to another.
Affine affine_between(const std::array<Point, 3>& from, const std::array<Point, 3>& to) {
    const Point u{from[1].x - from[0].x, from[1].y - from[0].y};
    const Point v{from[2].x - from[0].x, from[2].y - from[0].y};
    const double area = u.x * v.y - u.y * v.x;
    const auto row = [&](double first, double second) {
        return std::array<double, 2>{(first * v.y - second * u.y) / area, (second * u.x - first * v.x) / area};
    };
    const auto x = row(to[1].x - to[0].x, to[2].x - to[0].x);
    const auto y = row(to[1].y - to[0].y, to[2].y - to[0].y);
    return {x[0], x[1], to[0].x - x[0] * from[0].x - x[1] * from[0].y,
            y[0], y[1], to[0].y - y[0] * from[0].x - y[1] * from[0].y};
}

Plane displacement(std::size_t height, std::size_t width, double sigma, double amount, Stream& stream) {
    boost::random::uniform_real_distribution<double> uniform(-1.0, 1.0);
    Plane plane(height, width);
    for (double& value : plane.values) value = uniform(stream);
    plane = gaussian_filter(plane, sigma, 3.0, Border::reflect);
    for (double& value : plane.values) value *= amount;
    return plane;
}

/// To fewer pixels and back.
void make_coarse(PixelImage& image, int severity, Plane (*resized)(const Plane&, std::size_t, std::size_t)) {
    const double share = at_severity<double>({0.95, 0.9, 0.85, 0.75, 0.65}, severity);
    const auto fewer = [&](std::size_t side) {
        return std::max<std::size_t>(1, static_cast<std::size_t>(static_cast<double>(side) * share));
    };
    for (std::size_t c = 0; c < image.channels; ++c) {
        const Plane plane(image.height, image.width, image.plane(c));
        const Plane result =
            resized(resized(plane, fewer(image.height), fewer(image.width)), image.height, image.width);
        std::ranges::copy(result.values, image.plane(c));
    }
}

}  // namespace

void contrast(PixelImage& image, int severity, Stream&) {
    const double kept = at_severity<double>({0.75, 0.5, 0.4, 0.3, 0.15}, severity);
    for (std::size_t c = 0; c < image.channels; ++c) {
        double sum = 0.0;
        for (std::size_t pixel = 0; pixel < image.pixels(); ++pixel) sum += image.plane(c)[pixel];
        const double mean = sum / static_cast<double>(image.pixels());
        for (std::size_t pixel = 0; pixel < image.pixels(); ++pixel) {
            double& value = image.plane(c)[pixel];
            value = (value - mean) * kept + mean;
        }
    }
}

void elastic_transform(PixelImage& image, int severity, Stream& stream) {
    struct Setting {
        double amount, sigma, shift;  // as shares of 32 pixels
    };
    constexpr double unit = 32.0;  // pixels, whatever the image: the published constants are for sides of 32
    const Setting setting = at_severity<Setting>(
        {{{0.0, 0.0, 0.08}, {0.05, 0.2, 0.07}, {0.08, 0.06, 0.06}, {0.1, 0.04, 0.05}, {0.1, 0.03, 0.03}}}, severity);
    const std::size_t middle_row = image.height / 2;  // whole pixels, as the program has them
    const std::size_t middle_column = image.width / 2;
    const std::size_t third = std::min(image.height, image.width) / 3;
    const Point centre{static_cast<double>(middle_row), static_cast<double>(middle_column)};
    const auto reach = static_cast<double>(third);
    const std::array<Point, 3> before = {Point{centre.x + reach, centre.y + reach},
                                         Point{centre.x + reach, centre.y - reach},
                                         Point{centre.x - reach, centre.y - reach}};
    std::array<Point, 3> after = before;
    boost::random::uniform_real_distribution<double> shift(-setting.shift * unit, setting.shift * unit);
    for (Point& point : after) {
        point.x += shift(stream);
        point.y += shift(stream);
    }
    const Affine back = affine_between(after, before);
    const Plane right = displacement(image.height, image.width, setting.sigma * unit, setting.amount * unit, stream);
    const Plane down = displacement(image.height, image.width, setting.sigma * unit, setting.amount * unit, stream);
    for (std::size_t c = 0; c < image.channels; ++c) {
        const Plane plane(image.height, image.width, image.plane(c));
        Plane turned(image.height, image.width);
        for (std::size_t row = 0; row < image.height; ++row) {
            for (std::size_t column = 0; column < image.width; ++column) {
                const auto x = static_cast<double>(column);
                const auto y = static_cast<double>(row);
                turned.at(row, column) = interpolated(plane, back.d * x + back.e * y + back.f,
                                                      back.a * x + back.b * y + back.c, Border::mirror);
            }
        }
        for (std::size_t row = 0; row < image.height; ++row) {
            for (std::size_t column = 0; column < image.width; ++column) {
                image.plane(c)[row * image.width + column] =
                    interpolated(turned, static_cast<double>(row) + down.at(row, column),
                                 static_cast<double>(column) + right.at(row, column), Border::reflect);
            }
        }
    }
}

void pixelate(PixelImage& image, int severity, Stream&) {
    make_coarse(image, severity, box_resized);
}

void pixelate_area(PixelImage& image, int severity, Stream&) {
    make_coarse(image, severity, area_resized);
}

void jpeg_compression(PixelImage& image, int severity, Stream&) {
    jpeg_round_trip(image, at_severity<int>({80, 65, 58, 50, 40}, severity));
}

}  // namespace espalier::robustness
