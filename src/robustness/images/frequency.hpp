#pragma once

#include <span>
#include <vector>

#include <espalier/robustness/images/pixels.hpp>

namespace espalier::robustness {

/// Which of an image's spatial frequencies stay. definitions.md 9.6.
enum class Band {
    low,   ///< those up to the cut-off
    high,  ///< those above it, and the mean of each channel
};

/// The image with some frequencies left out; values may leave [0, 1]. Of an axis of n pixels frequency k is k / (n / 2)
/// of the highest there is; the two axes make a radius.
/// @param cut_off  a radius: 1 is the highest frequency along an axis, the square root of 2 that along both
PixelImage filtered(const PixelImage& image, Band band, double cut_off);

/// The energy (squared absolute values of the Fourier transform) of filters that zeros fill up to the image's size.
struct FilterEnergy {
    double above = 0.0;  ///< at radii above the one asked for
    double all = 0.0;
};
/// @param filters  [count x height x width], no larger than the image
FilterEnergy filter_energy(std::span<const double> filters, std::size_t height, std::size_t width,
                           const data::SampleShape& image, double radius);

}  // namespace espalier::robustness
