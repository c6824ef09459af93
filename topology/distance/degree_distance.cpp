#include <algorithm>
#include <vector>

#include <espalier/topology/distance/degree_distance.hpp>

namespace espalier::topology {
namespace {

std::vector<std::size_t> sorted_fan_ins(const Pattern& pattern) {
    std::vector<std::size_t> degrees;
    for (std::size_t row = 0; row < pattern.rows(); ++row) degrees.push_back(pattern.row(row).size());
    std::ranges::sort(degrees);
    return degrees;
}

std::vector<std::size_t> sorted_fan_outs(const Pattern& pattern) {
    std::vector<std::size_t> degrees(pattern.cols(), 0);
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        for (const std::uint32_t col : pattern.row(row)) ++degrees[col];
    }
    std::ranges::sort(degrees);
    return degrees;
}

/// Whole numbers until the end: equal histograms are at distance 0 exactly.
std::size_t moved(const std::vector<std::size_t>& a, const std::vector<std::size_t>& b) {
    std::size_t sum = 0;
    for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] < b[k] ? b[k] - a[k] : a[k] - b[k];
    return sum;
}

}  // namespace

double degree_distance(const Pattern& a, const Pattern& b) {
    require_equal_shape(a, b, "degree");
    if (a.positions() == 0) return 0.0;
    // Neurons of one side times the largest degree are all positions, on either side.
    const std::size_t both =
        moved(sorted_fan_ins(a), sorted_fan_ins(b)) + moved(sorted_fan_outs(a), sorted_fan_outs(b));
    return static_cast<double>(both) / (2 * static_cast<double>(a.positions()));
}

}  // namespace espalier::topology
