#include <espalier/base/error.hpp>
#include <espalier/topology/common_counts.hpp>
#include <espalier/topology/comparison.hpp>
#include <espalier/topology/fixed_points.hpp>
#include <espalier/topology/nnstd.hpp>

namespace espalier::topology {
namespace {

/// Inputs of the first network under the numbers they have in the second.
class InputNames {
  public:
    InputNames(std::span<const std::uint32_t> partner, std::size_t inputs) : partner_(partner) {
        if (partner.empty()) return;
        if (inputs % partner.size() != 0) {
            throw FormatError(std::to_string(inputs) + " inputs are no multiple of the " +
                              std::to_string(partner.size()) +
                              " outputs before; nnstd needs layers in sequence, nnstd_layerwise does not");
        }
        block_ = inputs / partner.size();
    }
    std::uint32_t operator()(std::uint32_t input) const {
        if (partner_.empty()) return input;
        return static_cast<std::uint32_t>(partner_[input / block_] * block_ + input % block_);
    }

  private:
    std::span<const std::uint32_t> partner_;
    std::size_t block_ = 1;
};

double edit_distance(std::size_t first, std::size_t second, std::size_t common) {
    const std::size_t either = first + second - common;
    return either == 0 ? 0.0 : static_cast<double>(either - common) / static_cast<double>(either);
}

std::vector<LayerMatch> match_layers(const Topology& first, const Topology& second, bool is_chained) {
    require_comparable(first, second, "nnstd");
    std::vector<LayerMatch> matches;
    for (std::size_t k = 0; k < first.layers.size(); ++k) {
        const bool has_before = is_chained && k > 0;
        const auto before =
            has_before ? std::span<const std::uint32_t>(matches.back().partner) : std::span<const std::uint32_t>{};
        try {
            matches.push_back(match_layer(first.layers[k].pattern, second.layers[k].pattern, before));
        } catch (const FormatError& error) {
            throw FormatError("nnstd: layer '" + first.layers[k].name + "': " + error.what());
        }
    }
    return matches;
}

}  // namespace

CostMatrix edit_distances(const Pattern& first, const Pattern& second, std::span<const std::uint32_t> partner_before) {
    require_equal_shape(first, second, "nnstd");
    const InputNames in_second(partner_before, first.cols());
    const CommonCounts counter(second);
    CostMatrix costs(first.rows(), second.rows());
    std::vector<std::uint32_t> common(second.rows());
    std::vector<std::uint32_t> inputs;
    for (std::size_t a = 0; a < first.rows(); ++a) {
        inputs.clear();
        for (const std::uint32_t input : first.row(a)) inputs.push_back(in_second(input));
        counter.count(inputs, common);
        const auto line = costs.row(a);
        for (std::size_t b = 0; b < line.size(); ++b) {
            line[b] = edit_distance(inputs.size(), counter.degrees()[b], common[b]);
        }
    }
    return costs;
}

LayerMatch match_layer(const Pattern& first, const Pattern& second, std::span<const std::uint32_t> partner_before) {
    const CostMatrix costs = edit_distances(first, second, partner_before);
    Assignment assignment = most_fixed_points(costs, solve_assignment(costs));
    const double outputs = static_cast<double>(first.rows());
    return {first.rows() == 0 ? 0.0 : assignment.cost / outputs, assignment.cost, std::move(assignment.column)};
}

std::vector<LayerMatch> nnstd(const Topology& first, const Topology& second) {
    return match_layers(first, second, true);
}

std::vector<LayerMatch> nnstd_layerwise(const Topology& first, const Topology& second) {
    return match_layers(first, second, false);
}

}  // namespace espalier::topology
