#include <algorithm>
#include <cmath>
#include <numbers>

#include <espalier/robustness/images/filters.hpp>

namespace espalier::robustness {
namespace {

std::vector<double> gaussian_weights(double sigma, std::ptrdiff_t radius) {
    std::vector<double> weights;
    double sum = 0.0;
    for (std::ptrdiff_t k = -radius; k <= radius; ++k) {
        const auto at = static_cast<double>(k);
        weights.push_back(std::exp(-0.5 / (sigma * sigma) * at * at));
        sum += weights.back();
    }
    for (double& weight : weights) weight /= sum;
    return weights;
}

/// Shares of old pixels in each new one along an axis.
std::vector<std::vector<double>> area_shares(std::size_t from, std::size_t to) {
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    std::vector<std::vector<double>> shares(to, std::vector<double>(from, 0.0));
    for (std::size_t i = 0; i < to; ++i) {
        double sum = 0.0;
        for (std::size_t j = 0; j < from; ++j) {
            const double begin = std::max(static_cast<double>(i) * scale, static_cast<double>(j));
            const double end = std::min(static_cast<double>(i + 1) * scale, static_cast<double>(j + 1));
            shares[i][j] = std::max(0.0, end - begin);
            sum += shares[i][j];
        }
        for (double& share : shares[i]) share /= sum;
    }
    return shares;
}

/// The old pixels, side by side, that each new one along an axis is the mean of.
struct Run {
    std::size_t begin = 0;
    std::size_t end = 0;
};

std::vector<Run> box_runs(std::size_t from, std::size_t to) {
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    const double filter = std::max(scale, 1.0);
    std::vector<Run> runs;
    for (std::size_t i = 0; i < to; ++i) {
        const double centre = (static_cast<double>(i) + 0.5) * scale;
        Run run{from, 0};
        for (std::size_t j = 0; j < from; ++j) {
            const double away = (static_cast<double>(j) - centre + 0.5) / filter;
            if (!(away > -0.5 && away <= 0.5)) continue;
            run.begin = std::min(run.begin, j);
            run.end = j + 1;
        }
        runs.push_back(run);
    }
    return runs;
}

}  // namespace

std::size_t inside(std::ptrdiff_t at, std::size_t n, Border border) {
    const auto side = static_cast<std::ptrdiff_t>(n);
    if (at >= 0 && at < side) return static_cast<std::size_t>(at);
    if (border == Border::nearest || side == 1) {
        return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(at, 0, side - 1));
    }
    const std::ptrdiff_t period = border == Border::mirror ? 2 * (side - 1) : 2 * side;
    at = (at % period + period) % period;
    if (at >= side) at = border == Border::mirror ? period - at : period - 1 - at;
    return static_cast<std::size_t>(at);
}

Plane gaussian_filter(const Plane& plane, double sigma, double truncate, Border border) {
    const auto radius = static_cast<std::ptrdiff_t>(std::floor(truncate * sigma + 0.5));
    if (radius == 0) return plane;
    const std::vector<double> weights = gaussian_weights(sigma, radius);
    Plane half(plane.height, plane.width);
    Plane result(plane.height, plane.width);
    const auto along = [&](const Plane& from, bool down, Plane& to) {
        for (std::size_t row = 0; row < plane.height; ++row) {
            for (std::size_t column = 0; column < plane.width; ++column) {
                double sum = 0.0;
                for (std::ptrdiff_t k = -radius; k <= radius; ++k) {
                    const auto y = static_cast<std::ptrdiff_t>(row) + (down ? k : 0);
                    const auto x = static_cast<std::ptrdiff_t>(column) + (down ? 0 : k);
                    sum += weights[static_cast<std::size_t>(k + radius)] * from.at(y, x, border);
                }
                to.at(row, column) = sum;
            }
        }
    };
    along(plane, true, half);
    along(half, false, result);
    return result;
}

Plane correlate(const Plane& plane, const Plane& kernel, Border border) {
    const auto radius = static_cast<std::ptrdiff_t>(kernel.height / 2);
    Plane result(plane.height, plane.width);
    for (std::ptrdiff_t dy = -radius; dy <= radius; ++dy) {
        for (std::ptrdiff_t dx = -radius; dx <= radius; ++dx) {
            const double weight =
                kernel.at(static_cast<std::size_t>(dy + radius), static_cast<std::size_t>(dx + radius));
            if (weight == 0.0) continue;
            for (std::size_t row = 0; row < plane.height; ++row) {
                for (std::size_t column = 0; column < plane.width; ++column) {
                    result.at(row, column) += weight * plane.at(static_cast<std::ptrdiff_t>(row) + dy,
                                                                static_cast<std::ptrdiff_t>(column) + dx, border);
                }
            }
        }
    }
    return result;
}

double interpolated(const Plane& plane, double row, double column, Border border) {
    // Places far outside come back by the period; these need not fit into an integer.
    const auto near = [](double at, std::size_t side) { return std::fmod(at, 2.0 * static_cast<double>(side)); };
    constexpr double far = 1e9;
    if (std::abs(row) > far) row = near(row, plane.height);
    if (std::abs(column) > far) column = near(column, plane.width);
    const double top = std::floor(row);
    const double left = std::floor(column);
    const double down = row - top;
    const double right = column - left;
    const auto y = static_cast<std::ptrdiff_t>(top);
    const auto x = static_cast<std::ptrdiff_t>(left);
    return (1.0 - down) * ((1.0 - right) * plane.at(y, x, border) + right * plane.at(y, x + 1, border)) +
           down * ((1.0 - right) * plane.at(y + 1, x, border) + right * plane.at(y + 1, x + 1, border));
}

Plane zoomed(const Plane& plane, double factor) {
    const auto cropped = [&](std::size_t side) {
        return static_cast<std::size_t>(std::ceil(static_cast<double>(side) / factor));
    };
    const auto enlarged = [&](std::size_t side) {
        return static_cast<std::size_t>(std::nearbyint(static_cast<double>(side) * factor));
    };
    const std::size_t rows = cropped(plane.height);
    const std::size_t columns = cropped(plane.width);
    const std::size_t tall = enlarged(rows);
    const std::size_t wide = enlarged(columns);
    const std::size_t top = (plane.height - rows) / 2;
    const std::size_t left = (plane.width - columns) / 2;
    Plane crop(rows, columns);
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < columns; ++column)
            crop.at(row, column) = plane.at(top + row, left + column);
    }
    const auto place = [](std::size_t at, std::size_t from, std::size_t to) {
        return to < 2 ? 0.0 : static_cast<double>(at) * (static_cast<double>(from - 1) / static_cast<double>(to - 1));
    };
    const std::size_t trim_top = (tall - plane.height) / 2;
    const std::size_t trim_left = (wide - plane.width) / 2;
    Plane result(plane.height, plane.width);
    for (std::size_t row = 0; row < plane.height; ++row) {
        for (std::size_t column = 0; column < plane.width; ++column) {
            result.at(row, column) = interpolated(crop, place(trim_top + row, rows, tall),
                                                  place(trim_left + column, columns, wide), Border::nearest);
        }
    }
    return result;
}

Plane area_resized(const Plane& plane, std::size_t height, std::size_t width) {
    const auto down = area_shares(plane.height, height);
    const auto right = area_shares(plane.width, width);
    Plane half(height, plane.width);
    for (std::size_t i = 0; i < height; ++i) {
        for (std::size_t j = 0; j < plane.height; ++j) {
            if (down[i][j] == 0.0) continue;
            for (std::size_t column = 0; column < plane.width; ++column)
                half.at(i, column) += down[i][j] * plane.at(j, column);
        }
    }
    Plane result(height, width);
    for (std::size_t row = 0; row < height; ++row) {
        for (std::size_t i = 0; i < width; ++i) {
            for (std::size_t j = 0; j < plane.width; ++j) result.at(row, i) += right[i][j] * half.at(row, j);
        }
    }
    return result;
}

Plane box_resized(const Plane& plane, std::size_t height, std::size_t width) {
    const auto level = [](double sum, const Run& run) {
        return std::floor(sum / static_cast<double>(run.end - run.begin) + 0.5);
    };
    const std::vector<Run> across = box_runs(plane.width, width);
    const std::vector<Run> down = box_runs(plane.height, height);
    Plane half(plane.height, width);
    for (std::size_t row = 0; row < plane.height; ++row) {
        for (std::size_t i = 0; i < width; ++i) {
            double sum = 0.0;
            for (std::size_t j = across[i].begin; j < across[i].end; ++j)
                sum += std::nearbyint(plane.at(row, j) * 255.0);
            half.at(row, i) = level(sum, across[i]);
        }
    }
    Plane result(height, width);
    for (std::size_t i = 0; i < height; ++i) {
        for (std::size_t column = 0; column < width; ++column) {
            double sum = 0.0;
            for (std::size_t j = down[i].begin; j < down[i].end; ++j) sum += half.at(j, column);
            result.at(i, column) = level(sum, down[i]) / 255.0;
        }
    }
    return result;
}

Plane motion_blurred(const Plane& plane, int radius, double sigma, double degrees) {
    const int steps = 2 * radius + 1;
    std::vector<double> weights;
    double sum = 0.0;
    for (int k = 0; k < steps; ++k) {
        weights.push_back(std::exp(-static_cast<double>(k * k) / (2.0 * sigma * sigma)));
        sum += weights.back();
    }
    const double angle = degrees * std::numbers::pi / 180.0;
    Plane result(plane.height, plane.width);
    for (int k = 0; k < steps; ++k) {
        const auto dx = static_cast<std::ptrdiff_t>(std::ceil(k * std::cos(angle) - 0.5));
        const auto dy = static_cast<std::ptrdiff_t>(std::ceil(k * std::sin(angle) - 0.5));
        const double weight = weights[static_cast<std::size_t>(k)] / sum;
        for (std::size_t row = 0; row < plane.height; ++row) {
            for (std::size_t column = 0; column < plane.width; ++column) {
                result.at(row, column) += weight * plane.at(static_cast<std::ptrdiff_t>(row) + dy,
                                                            static_cast<std::ptrdiff_t>(column) + dx, Border::nearest);
            }
        }
    }
    return result;
}

}  // namespace espalier::robustness
