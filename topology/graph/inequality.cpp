#include <algorithm>

#include <espalier/topology/graph/inequality.hpp>

namespace espalier::topology {

double gini(std::vector<double> values) {
    std::ranges::sort(values);
    const auto count = static_cast<double>(values.size());
    double sum = 0;
    double weighted = 0;
    for (std::size_t k = 0; k < values.size(); ++k) {
        sum += values[k];
        weighted += (2 * static_cast<double>(k) + 1 - count) * values[k];
    }
    return sum > 0 ? weighted / (count * sum) : 0.0;
}

}  // namespace espalier::topology
