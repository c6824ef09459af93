#pragma once

#include <array>

#include <espalier/base/random/random.hpp>
#include <espalier/robustness/images/pixels.hpp>

/// The corruptions, family by family; results may leave [0, 1], corrupted() cuts them off.
namespace espalier::robustness {

/// The setting of a severity, 1 to 5.
template <class T>
const T& at_severity(const std::array<T, 5>& settings, int severity) {
    return settings[static_cast<std::size_t>(severity - 1)];
}

// noise.cpp
void gaussian_noise(PixelImage& image, int severity, Stream& stream);
void shot_noise(PixelImage& image, int severity, Stream& stream);
void impulse_noise(PixelImage& image, int severity, Stream& stream);
void speckle_noise(PixelImage& image, int severity, Stream& stream);
// blur.cpp
void defocus_blur(PixelImage& image, int severity, Stream& stream);
void glass_blur(PixelImage& image, int severity, Stream& stream);
void motion_blur(PixelImage& image, int severity, Stream& stream);
void zoom_blur(PixelImage& image, int severity, Stream& stream);
void gaussian_blur(PixelImage& image, int severity, Stream& stream);
// weather.cpp
void snow(PixelImage& image, int severity, Stream& stream);
void frost(PixelImage& image, int severity, Stream& stream);
void fog(PixelImage& image, int severity, Stream& stream);
void brightness(PixelImage& image, int severity, Stream& stream);
// digital.cpp
void contrast(PixelImage& image, int severity, Stream& stream);
void elastic_transform(PixelImage& image, int severity, Stream& stream);
void pixelate(PixelImage& image, int severity, Stream& stream);
void pixelate_area(PixelImage& image, int severity, Stream& stream);
void jpeg_compression(PixelImage& image, int severity, Stream& stream);

}  // namespace espalier::robustness
