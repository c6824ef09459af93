#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include <espalier/robustness/images/frequency.hpp>

namespace espalier::robustness {
namespace {

using Complex = std::complex<double>;

/// e^(sign 2 pi i k / n) for all k.
std::vector<Complex> turns_of(std::size_t n, double sign) {
    std::vector<Complex> turns;
    for (std::size_t k = 0; k < n; ++k)
        turns.push_back(
            std::polar(1.0, sign * 2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n)));
    return turns;
}

/// The Fourier transform of `count` numbers that lie `stride` apart: halves while the count is even, then the sum.
void fourier(const Complex* in, std::size_t stride, std::size_t count, const std::vector<Complex>& turns,
             Complex* out) {
    const std::size_t skip = turns.size() / count;  // between the turns of this count
    if (count % 2 == 0) {
        const std::size_t half = count / 2;
        fourier(in, 2 * stride, half, turns, out);
        fourier(in + stride, 2 * stride, half, turns, out + half);
        for (std::size_t k = 0; k < half; ++k) {
            const Complex even = out[k];
            const Complex odd = turns[k * skip] * out[k + half];
            out[k] = even + odd;
            out[k + half] = even - odd;
        }
        return;
    }
    for (std::size_t k = 0; k < count; ++k) {
        Complex sum = 0.0;
        for (std::size_t n = 0; n < count; ++n) sum += in[n * stride] * turns[k * n % count * skip];
        out[k] = sum;
    }
}

/// Of rows, then columns; not divided by anything.
void fourier_of_plane(std::vector<Complex>& plane, std::size_t height, std::size_t width, double sign) {
    std::vector<Complex> line(std::max(height, width));
    const std::vector<Complex> across = turns_of(width, sign);
    for (std::size_t row = 0; row < height; ++row) {
        fourier(plane.data() + row * width, 1, width, across, line.data());
        std::copy_n(line.begin(), width, plane.begin() + static_cast<std::ptrdiff_t>(row * width));
    }
    const std::vector<Complex> down = turns_of(height, sign);
    for (std::size_t column = 0; column < width; ++column) {
        fourier(plane.data() + column, width, height, down, line.data());
        for (std::size_t row = 0; row < height; ++row) plane[row * width + column] = line[row];
    }
}

double radius_at(std::size_t row, std::size_t column, std::size_t height, std::size_t width) {
    const auto share = [](std::size_t k, std::size_t n) {
        return static_cast<double>(std::min(k, n - k)) / (static_cast<double>(n) / 2.0);
    };
    return std::hypot(share(row, height), share(column, width));
}

}  // namespace

PixelImage filtered(const PixelImage& image, Band band, double cut_off) {
    PixelImage result = image;
    std::vector<Complex> plane(image.pixels());
    for (std::size_t c = 0; c < image.channels; ++c) {
        std::copy_n(image.plane(c), image.pixels(), plane.begin());
        fourier_of_plane(plane, image.height, image.width, -1.0);
        for (std::size_t row = 0; row < image.height; ++row) {
            for (std::size_t column = 0; column < image.width; ++column) {
                const bool is_mean = row == 0 && column == 0;
                const bool is_low = radius_at(row, column, image.height, image.width) <= cut_off;
                if (!is_mean && is_low != (band == Band::low)) plane[row * image.width + column] = 0.0;
            }
        }
        fourier_of_plane(plane, image.height, image.width, 1.0);
        for (std::size_t pixel = 0; pixel < image.pixels(); ++pixel)
            result.plane(c)[pixel] = plane[pixel].real() / static_cast<double>(image.pixels());
    }
    return result;
}

FilterEnergy filter_energy(std::span<const double> filters, std::size_t height, std::size_t width,
                           const data::SampleShape& image, double radius) {
    FilterEnergy sum;
    for (std::size_t first = 0; first < filters.size(); first += height * width) {
        std::vector<Complex> plane(image.height * image.width, 0.0);
        for (std::size_t row = 0; row < height; ++row) {
            for (std::size_t column = 0; column < width; ++column)
                plane[row * image.width + column] = filters[first + row * width + column];
        }
        fourier_of_plane(plane, image.height, image.width, -1.0);
        for (std::size_t row = 0; row < image.height; ++row) {
            for (std::size_t column = 0; column < image.width; ++column) {
                const double energy = std::norm(plane[row * image.width + column]);
                sum.all += energy;
                if (radius_at(row, column, image.height, image.width) > radius) sum.above += energy;
            }
        }
    }
    return sum;
}

}  // namespace espalier::robustness
