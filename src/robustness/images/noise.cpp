#include <boost/random/normal_distribution.hpp>
#include <boost/random/poisson_distribution.hpp>
#include <boost/random/uniform_01.hpp>

#include <espalier/robustness/images/families.hpp>

namespace espalier::robustness {

void gaussian_noise(PixelImage& image, int severity, Stream& stream) {
    const double deviation = at_severity<double>({0.04, 0.06, 0.08, 0.09, 0.10}, severity);
    boost::random::normal_distribution<double> normal(0.0, deviation);
    for (double& value : image.values) value += normal(stream);
}

void shot_noise(PixelImage& image, int severity, Stream& stream) {
    const double photons = at_severity<double>({500, 250, 100, 75, 50}, severity);
    for (double& value : image.values) {
        if (value <= 0.0) continue;  // of no photons none arrive
        boost::random::poisson_distribution<int, double> arrivals(value * photons);
        value = arrivals(stream) / photons;
    }
}

void impulse_noise(PixelImage& image, int severity, Stream& stream) {
    const double share = at_severity<double>({0.01, 0.02, 0.03, 0.05, 0.07}, severity);
    boost::random::uniform_01<double> uniform;
    for (double& value : image.values) {
        const double drawn = uniform(stream);
        if (drawn < share) value = drawn < share / 2.0 ? 0.0 : 1.0;
    }
}

void speckle_noise(PixelImage& image, int severity, Stream& stream) {
    const double deviation = at_severity<double>({0.06, 0.1, 0.12, 0.16, 0.2}, severity);
    boost::random::normal_distribution<double> normal(0.0, deviation);
    for (double& value : image.values) value += value * normal(stream);
}

}  // namespace espalier::robustness
