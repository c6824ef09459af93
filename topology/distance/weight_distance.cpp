#include <algorithm>
#include <cmath>

#include <espalier/topology/distance/weight_distance.hpp>

namespace espalier::topology {

double cosine_distance(const WeightSums& layer) {
    if (layer.first == 0 || layer.second == 0) return layer.first == layer.second ? 0.0 : 1.0;
    return std::clamp(1 - layer.product / std::sqrt(layer.first * layer.second), 0.0, 2.0);
}

double l2_distance(const WeightSums& layer) {
    if (layer.difference == 0) return 0.0;
    return std::min(1.0, std::sqrt(layer.difference) / (std::sqrt(layer.first) + std::sqrt(layer.second)));
}

}  // namespace espalier::topology
