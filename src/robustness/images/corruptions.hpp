#pragma once

#include <span>
#include <vector>

#include <espalier/base/random/random.hpp>
#include <espalier/base/text/named.hpp>
#include <espalier/robustness/images/pixels.hpp>

namespace espalier::robustness {

/// A way to spoil images, of the CIFAR-C protocol (Hendrycks and Dietterich, ICLR 2019). definitions.md 9.4.
struct Corruption : Named {
    std::string group;  ///< noise, blur, weather, digital
    bool is_extra;      ///< not one of the fifteen, so in no mean
    bool is_rebuilt;    ///< made by a definition of our own where the generator needs what we do not have
    bool is_rounded;    ///< stored at the nearest of 256 levels, as images are written; else cut to the one below
    /// @param severity  1 to 5
    void (*apply)(PixelImage& image, int severity, Stream& stream);
};

/// The fifteen in the order of the paper, then the extra ones. The place is part of the name of random numbers: new
/// ones go to the end.
const std::vector<Corruption>& corruptions();

inline constexpr int severities = 5;

/// The random numbers of one image, whoever else draws.
Stream corruption_stream(std::uint64_t seed, std::size_t corruption, int severity, std::size_t image);

/// Spoiled, values in [0, 1], before they are stored.
PixelImage corrupted(PixelImage image, const Corruption& corruption, int severity, Stream& stream);

/// As 256 levels of `white`.
void store_levels(const PixelImage& image, const Corruption& corruption, double white, std::span<float> raw);

}  // namespace espalier::robustness
