#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/distance/jaccard.hpp>

namespace espalier::topology {

double jaccard_distance(const Pattern& a, const Pattern& b) {
    require_equal_shape(a, b, "jaccard");
    const std::size_t common = count_common_edges(a, b);
    const std::size_t either = a.edges() + b.edges() - common;
    return either == 0 ? 0.0 : static_cast<double>(either - common) / static_cast<double>(either);
}

}  // namespace espalier::topology
