#include <algorithm>

#include <espalier/robustness/images/pixels.hpp>

namespace espalier::robustness {

PixelScale pixel_scale(const data::Examples& examples, const data::SampleShape& shape, double white) {
    if (shape.height < 2 || shape.width < 2) return {white, "the samples are no images"};
    if (shape.channels != 1 && shape.channels != 3) {
        return {white, "the images have " + std::to_string(shape.channels) + " channels, neither grey nor colour"};
    }
    const bool fits = std::visit(
        [&](const auto& values) {
            return std::ranges::all_of(values, [&](auto value) {
                return static_cast<double>(value) >= 0.0 && static_cast<double>(value) <= white;
            });
        },
        examples.values);
    if (fits) return {white, ""};
    return {white, "the images have values outside of [0, " + std::to_string(static_cast<long>(white)) +
                       "], so that no value is known to be white"};
}

PixelImage pixels_of(const data::Examples& examples, const data::SampleShape& shape, double white, std::size_t sample) {
    PixelImage image{shape.channels, shape.height, shape.width, std::vector<double>(examples.features)};
    std::visit(
        [&](const auto& values) {
            for (std::size_t f = 0; f < examples.features; ++f)
                image.values[f] = static_cast<double>(values[sample * examples.features + f]) / white;
        },
        examples.values);
    return image;
}

}  // namespace espalier::robustness
