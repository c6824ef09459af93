#include <cmath>

#include <espalier/topology/spectral/leading_pair.hpp>
#include <espalier/topology/spectral/leading_singular_values.hpp>

namespace espalier::topology {

double LeadingPair::ramanujan_bound() const {
    return std::sqrt(input_degree() - 1) + std::sqrt(output_degree() - 1);
}

std::optional<double> LeadingPair::delta_s_bound() const {
    if (sigma_1 < 1) return std::nullopt;
    return 2 * std::sqrt(sigma_1 - 1);
}

LeadingPair leading_pair(const Biadjacency& matrix) {
    const std::vector<double> sigma = leading_singular_values(matrix, 2);
    return {static_cast<double>(matrix.inputs()), static_cast<double>(matrix.outputs()),
            static_cast<double>(matrix.edges()), sigma[0], sigma[1]};
}

std::optional<std::string> why_no_bound(const Biadjacency& matrix) {
    if (matrix.edges() == 0) return "no edges";
    constexpr std::size_t least = 3;
    if (matrix.edges() < least * matrix.inputs()) return "mean degree of the inputs below 3";
    if (matrix.edges() < least * matrix.outputs()) return "mean degree of the outputs below 3";
    return std::nullopt;
}

}  // namespace espalier::topology
