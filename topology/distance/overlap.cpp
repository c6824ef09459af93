#include <algorithm>

#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/distance/overlap.hpp>

namespace espalier::topology {

double overlap_distance(const Pattern& a, const Pattern& b) {
    require_equal_shape(a, b, "overlap");
    const std::size_t smaller = std::min(a.edges(), b.edges());
    if (smaller == 0) return a.edges() == b.edges() ? 0.0 : 1.0;
    return static_cast<double>(smaller - count_common_edges(a, b)) / static_cast<double>(smaller);
}

}  // namespace espalier::topology
