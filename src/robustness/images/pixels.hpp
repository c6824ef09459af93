#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <espalier/data/dataset.hpp>

namespace espalier::robustness {

/// One image, values in [0, 1], channel by channel, row by row.
struct PixelImage {
    std::size_t channels = 0;
    std::size_t height = 0;
    std::size_t width = 0;
    std::vector<double> values;

    std::size_t pixels() const { return height * width; }
    double* plane(std::size_t channel) { return values.data() + channel * pixels(); }
    const double* plane(std::size_t channel) const { return values.data() + channel * pixels(); }
};

/// Whether samples are images in the sense of corruptions, attacks and filters, and what value is their white.
struct PixelScale {
    double white = 1.0;
    std::string missing;  ///< why they are none; else empty
};

/// Images have more than one row and column, one or three channels, and values from 0 to `white`.
/// @param white  data::unit_of() of their dataset
PixelScale pixel_scale(const data::Examples& examples, const data::SampleShape& shape, double white);

/// A sample as it is stored, values divided by `white`.
PixelImage pixels_of(const data::Examples& examples, const data::SampleShape& shape, double white, std::size_t sample);

}  // namespace espalier::robustness
