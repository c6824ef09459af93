#pragma once

#include <espalier/robustness/images/pixels.hpp>

namespace espalier::robustness {

/// Written as a JPEG and read back, in memory: the nearest of 256 levels, chroma at half the resolution, the library's
/// exact integer transforms. Another version of the library may give levels that differ by one.
/// @param quality  1 to 100, as libjpeg scales its tables
/// @throws Error where the library fails
void jpeg_round_trip(PixelImage& image, int quality);

}  // namespace espalier::robustness
