#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/distance/hamming.hpp>

namespace espalier::topology {

double hamming_distance(const Pattern& a, const Pattern& b) {
    require_equal_shape(a, b, "hamming");
    if (a.positions() == 0) return 0.0;
    const std::size_t different = a.edges() + b.edges() - 2 * count_common_edges(a, b);
    return static_cast<double>(different) / static_cast<double>(a.positions());
}

}  // namespace espalier::topology
