#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/distance/dice.hpp>

namespace espalier::topology {

double dice_distance(const Pattern& a, const Pattern& b) {
    require_equal_shape(a, b, "dice");
    const std::size_t both = a.edges() + b.edges();
    if (both == 0) return 0.0;
    return static_cast<double>(both - 2 * count_common_edges(a, b)) / static_cast<double>(both);
}

}  // namespace espalier::topology
