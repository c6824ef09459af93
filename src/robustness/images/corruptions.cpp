#include <algorithm>
#include <cmath>

#include <espalier/robustness/images/corruptions.hpp>
#include <espalier/robustness/images/families.hpp>

namespace espalier::robustness {
namespace {

constexpr bool fifteen = false;
constexpr bool extra = true;
constexpr bool as_published = false;
constexpr bool rebuilt = true;
constexpr bool cut = false;
constexpr bool rounded = true;

}  // namespace

const std::vector<Corruption>& corruptions() {
    static const std::vector<Corruption> all = {
        {{"gaussian_noise", "normal noise", ""}, "noise", fifteen, as_published, cut, gaussian_noise},
        {{"shot_noise", "photons counted", ""}, "noise", fifteen, as_published, cut, shot_noise},
        {{"impulse_noise", "salt and pepper", ""}, "noise", fifteen, as_published, cut, impulse_noise},
        {{"defocus_blur", "by a disk", ""}, "blur", fifteen, as_published, cut, defocus_blur},
        {{"glass_blur", "neighbours exchanged between two blurs", ""}, "blur", fifteen, as_published, cut, glass_blur},
        {{"motion_blur", "a trail to one side", ""}, "blur", fifteen, as_published, rounded, motion_blur},
        {{"zoom_blur", "mean of enlargements", ""}, "blur", fifteen, as_published, cut, zoom_blur},
        {{"snow", "flakes with trails", ""}, "weather", fifteen, as_published, cut, snow},
        {{"frost", "a map of ice, drawn in place of photographs", ""}, "weather", fifteen, rebuilt, cut, frost},
        {{"fog", "a map of heights", ""}, "weather", fifteen, as_published, cut, fog},
        {{"brightness", "more value of hue, saturation, value", ""}, "weather", fifteen, as_published, cut, brightness},
        {{"contrast", "towards the mean of each channel", ""}, "digital", fifteen, as_published, cut, contrast},
        {{"elastic_transform", "a small turn and stretches", ""},
         "digital",
         fifteen,
         as_published,
         cut,
         elastic_transform},
        {{"pixelate", "fewer pixels", ""}, "digital", fifteen, as_published, rounded, pixelate},
        {{"jpeg_compression", "written as a JPEG and read back", ""},
         "digital",
         fifteen,
         as_published,
         rounded,
         jpeg_compression},
        {{"speckle_noise", "normal noise in proportion", ""}, "noise", extra, as_published, cut, speckle_noise},
        {{"gaussian_blur", "by a Gaussian", ""}, "blur", extra, as_published, cut, gaussian_blur},
        {{"pixelate_area", "fewer pixels, by the part of each that is covered", ""},
         "digital",
         extra,
         as_published,
         rounded,
         pixelate_area},
    };
    return all;
}

Stream corruption_stream(std::uint64_t seed, std::size_t corruption, int severity, std::size_t image) {
    // Number 0 belongs to the suite's uniform noise.
    const auto number =
        static_cast<std::uint32_t>(1 + corruption * severities + static_cast<std::size_t>(severity - 1));
    return {seed, Purpose::corruption, number, image};
}

PixelImage corrupted(PixelImage image, const Corruption& corruption, int severity, Stream& stream) {
    corruption.apply(image, severity, stream);
    for (double& value : image.values) value = std::clamp(value, 0.0, 1.0);
    return image;
}

void store_levels(const PixelImage& image, const Corruption& corruption, double white, std::span<float> raw) {
    for (std::size_t k = 0; k < image.values.size(); ++k) {
        const double level = image.values[k] * 255.0;
        const double whole = corruption.is_rounded ? std::nearbyint(level) : std::floor(level);
        raw[k] = static_cast<float>(whole * white / 255.0);
    }
}

}  // namespace espalier::robustness
