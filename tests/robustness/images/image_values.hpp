#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <espalier/base/formats/npz.hpp>
#include <espalier/robustness/images/corruptions.hpp>

#include "home_reference.hpp"
#include "support.hpp"

namespace espalier::testing {

/// One grey image of 28x28 and what the definitions make of it, by SciPy in double.
class ImageValues {
  public:
    robustness::PixelImage image() const { return {1, 28, 28, file_.read("image").to_doubles()}; }
    std::vector<double> wanted(const std::string& name) const { return file_.read(name).to_doubles(); }

  private:
    NpzFile file_{home_reference() / "more/corruptions.npz"};
};

inline const robustness::Corruption& corruption(const std::string& name) {
    return find_named(robustness::corruptions(), name, "corruption");
}

inline double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
    REQUIRE(a.size() == b.size());
    double most = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k) most = std::max(most, std::abs(a[k] - b[k]));
    return most;
}

/// All five severities of a corruption that draws nothing.
/// @param type  that is held to the values of `name`; empty: the same
inline void check_values(const std::string& name, std::string type = "") {
    INFO(name);
    if (type.empty()) type = name;
    const ImageValues values;
    for (int severity = 1; severity <= robustness::severities; ++severity) {
        INFO(severity);
        Stream stream(1, Purpose::test);
        const auto found = robustness::corrupted(values.image(), corruption(type), severity, stream);
        CHECK(largest_difference(found.values, values.wanted(name + "/" + std::to_string(severity))) <= 1e-12);
    }
}

/// Smooth and coloured, in [0, 1].
inline robustness::PixelImage colour_image(std::size_t height, std::size_t width, double phase) {
    robustness::PixelImage image{3, height, width, {}};
    for (std::size_t c = 0; c < 3; ++c) {
        for (std::size_t row = 0; row < height; ++row) {
            for (std::size_t column = 0; column < width; ++column) {
                const double at = 0.4 * static_cast<double>(row) + 0.25 * static_cast<double>(column * (c + 1));
                image.values.push_back(0.5 + 0.4 * std::sin(at + phase));
            }
        }
    }
    return image;
}

/// One, alone with its stream.
inline robustness::PixelImage spoiled(const robustness::PixelImage& image, const std::string& name, int severity,
                                      std::size_t number = 0) {
    const auto& all = robustness::corruptions();
    const auto place = static_cast<std::size_t>(&corruption(name) - all.data());
    Stream stream = robustness::corruption_stream(5, place, severity, number);
    return robustness::corrupted(image, all[place], severity, stream);
}

}  // namespace espalier::testing
