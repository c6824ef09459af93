#include "robustness/images/image_values.hpp"
#include "robustness/robustness_values.hpp"

namespace espalier::robustness {
using namespace testing;
namespace {

struct NoiseMoments {
    double mean = 0.0;
    double variance = 0.0;
};

/// Of many pixels of one grey.
NoiseMoments moments_of(const std::string& name, int severity, double level) {
    const PixelImage image{1, 300, 300, std::vector<double>(90000, level)};
    const PixelImage found = spoiled(image, name, severity);
    NoiseMoments result;
    for (const double value : found.values) result.mean += value / 90000.0;
    for (const double value : found.values) result.variance += (value - result.mean) * (value - result.mean) / 90000.0;
    return result;
}

/// Within six standard errors: of the mean, and of the variance with room for tails.
void check_moments(const NoiseMoments& found, double mean, double variance) {
    CHECK(found.mean == Approx(mean).margin(6.0 * std::sqrt(variance / 90000.0) + 1e-12));
    CHECK(found.variance == Approx(variance).margin(variance * 0.08 + 1e-12));
}

}  // namespace

TEST_CASE("noise: mean and variance behind clipping are those computed exactly", "[robustness][corruptions]") {
    const auto values = robustness_values()["noise_moments"];
    const auto levels = values["levels"].get<std::vector<double>>();
    const std::vector<std::string> gaussian = {"0.04", "0.06", "0.08", "0.09", "0.1"};
    const std::vector<std::string> speckle = {"0.06", "0.1", "0.12", "0.16", "0.2"};
    for (int severity = 1; severity <= severities; ++severity) {
        const auto place = static_cast<std::size_t>(severity - 1);
        for (std::size_t k = 0; k < levels.size(); ++k) {
            INFO(severity << " at " << levels[k]);
            const auto wanted = values["gaussian"][gaussian[place]][k];
            check_moments(moments_of("gaussian_noise", severity, levels[k]), wanted[0], wanted[1]);
            const auto in_proportion = values["speckle"][speckle[place]][k];
            check_moments(moments_of("speckle_noise", severity, levels[k]), in_proportion[0], in_proportion[1]);
        }
    }
}

TEST_CASE("noise: photons have the variance of their number, salt and pepper its share", "[robustness][corruptions]") {
    const auto values = robustness_values()["noise_moments"];
    const std::vector<std::string> photons = {"500", "250", "100", "75", "50"};
    for (int severity = 1; severity <= severities; ++severity) {
        INFO(severity);
        const auto place = static_cast<std::size_t>(severity - 1);
        const double wanted = values["shot_variance_before_clipping"][photons[place]][2];
        check_moments(moments_of("shot_noise", severity, 0.5), 0.5, wanted);
        CHECK(moments_of("shot_noise", severity, 0.0).variance == 0.0);
        const double share = values["impulse"]["amount"][place];
        check_moments(moments_of("impulse_noise", severity, 0.5), 0.5, share / 4.0);
    }
}

}  // namespace espalier::robustness
