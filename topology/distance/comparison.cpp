#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/distance/comparison.hpp>

namespace espalier::topology {
namespace {

std::string shape_text(const Layer& layer) {
    std::vector<std::string> sides;
    for (const std::size_t side : layer.shape) sides.push_back(std::to_string(side));
    return join(sides, "x");
}

}  // namespace

void require_comparable(const Topology& a, const Topology& b, const std::string& what) {
    const std::string between = what + ": " + a.label + " and " + b.label;
    if (a.layers.size() != b.layers.size()) {
        throw FormatError(between + " have " + std::to_string(a.layers.size()) + " and " +
                          std::to_string(b.layers.size()) + " layers; networks of one architecture are needed");
    }
    for (std::size_t k = 0; k < a.layers.size(); ++k) {
        if (a.layers[k].shape == b.layers[k].shape) continue;
        throw FormatError(between + ": layer " + std::to_string(k) + " ('" + a.layers[k].name + "') has shapes " +
                          shape_text(a.layers[k]) + " and " + shape_text(b.layers[k]) + "; equal ones are needed");
    }
}

std::size_t count_common_edges(const Pattern& a, const Pattern& b) {
    std::size_t common = 0;
    for (std::size_t row = 0; row < a.rows(); ++row) common += count_common(a.row(row), b.row(row));
    return common;
}

}  // namespace espalier::topology
