#include <cmath>

#include <espalier/topology/distance/spectral_distance.hpp>
#include <espalier/topology/spectral/singular_values.hpp>

namespace espalier::topology {

double spectral_distance(const Pattern& a, const Pattern& b) {
    require_equal_shape(a, b, "spectral");
    if (a.edges() == 0 || b.edges() == 0) return a.edges() == b.edges() ? 0.0 : 1.0;
    if (a == b) return 0.0;
    const std::vector<double> first = singular_values(a);
    const std::vector<double> second = singular_values(b);
    double difference = 0;
    double norm = 0;
    for (std::size_t k = 0; k < first.size(); ++k) {
        difference += (first[k] - second[k]) * (first[k] - second[k]);
        norm += first[k] * first[k];
    }
    return std::sqrt(difference / norm);
}

}  // namespace espalier::topology
