#pragma once

#include <cstddef>
#include <vector>

/// Filters of one channel in double, as the libraries have them that the CIFAR-C generator calls; tests hold them to
/// values of SciPy. definitions.md 9.4.
namespace espalier::robustness {

/// Which pixel stands for one outside of an axis of n: `nearest` the last one, `mirror` -1 for 1 (the last pixel is
/// not repeated), `reflect` -1 for 0 (it is).
enum class Border { nearest, mirror, reflect };
std::size_t inside(std::ptrdiff_t at, std::size_t n, Border border);

/// One channel, row by row.
struct Plane {
    std::size_t height = 0;
    std::size_t width = 0;
    std::vector<double> values;

    Plane(std::size_t rows, std::size_t columns) : height(rows), width(columns), values(rows * columns) {}
    Plane(std::size_t rows, std::size_t columns, const double* from)
        : height(rows), width(columns), values(from, from + rows * columns) {}
    double& at(std::size_t row, std::size_t column) { return values[row * width + column]; }
    double at(std::size_t row, std::size_t column) const { return values[row * width + column]; }
    /// With places outside.
    double at(std::ptrdiff_t row, std::ptrdiff_t column, Border border) const {
        return at(inside(row, height, border), inside(column, width, border));
    }
};

/// By a Gaussian that ends at int(truncate sigma + 0.5) pixels and sums to 1; columns first.
Plane gaussian_filter(const Plane& plane, double sigma, double truncate, Border border);

/// The sum over a square kernel of odd side, laid on as it is.
Plane correlate(const Plane& plane, const Plane& kernel, Border border);

/// Between the four pixels around a place, linearly.
double interpolated(const Plane& plane, double row, double column, Border border);

/// The middle ceil(side / factor) pixels of each axis, enlarged linearly so that corners lie on corners, and of the
/// result the middle of the old size.
Plane zoomed(const Plane& plane, double factor);

/// To other sides: of each new pixel the mean over the area it covers.
Plane area_resized(const Plane& plane, std::size_t height, std::size_t width);

/// To other sides as Pillow's box filter: of each new pixel the mean of those old ones whose centres it covers, columns
/// first, each pass rounded to the nearest of 256 levels, halves up. Values in [0, 1].
Plane box_resized(const Plane& plane, std::size_t height, std::size_t width);

/// A trail to one side: weights of half a Gaussian over 2 radius + 1 steps along a direction, each at the nearest
/// pixel, as ImageMagick's motion blur lays them.
/// @param degrees  of the direction
Plane motion_blurred(const Plane& plane, int radius, double sigma, double degrees);

}  // namespace espalier::robustness
