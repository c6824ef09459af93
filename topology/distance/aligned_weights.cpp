#include <cmath>
#include <optional>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/distance/aligned_weights.hpp>
#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/distance/matched_neurons.hpp>
#include <espalier/topology/distance/neuron_similarity.hpp>
#include <espalier/topology/distance/stream_groups.hpp>

namespace espalier::topology {
namespace {

std::span<const float> weights_of(const Layer& layer, std::size_t row) {
    return std::span(layer.values).subspan(layer.pattern.row_begin(row), layer.pattern.row(row).size());
}

WeightSums compare_layer(const Layer& first, const Layer& second, std::span<const std::uint32_t> partner_before,
                         std::span<const std::uint32_t> partner) {
    const InputNames in_second(partner_before, first.pattern.cols());
    std::vector<double> other(first.pattern.cols(), 0.0);  // of the partner, by its inputs; 0 again after each neuron
    WeightSums sums;
    for (std::size_t a = 0; a < first.pattern.rows(); ++a) {
        const auto inputs = second.pattern.row(partner[a]);
        const auto theirs = weights_of(second, partner[a]);
        for (std::size_t k = 0; k < inputs.size(); ++k) other[inputs[k]] = theirs[k];
        const auto ours = weights_of(first, a);
        for (std::size_t k = 0; k < ours.size(); ++k) {
            const double weight = ours[k];
            double& there = other[in_second(first.pattern.row(a)[k])];
            sums.first += weight * weight;
            sums.second += there * there;
            sums.product += weight * there;
            sums.difference += (weight - there) * (weight - there);
            there = 0;
        }
        for (const std::uint32_t input : inputs) {
            sums.second += other[input] * other[input];
            sums.difference += other[input] * other[input];
            other[input] = 0;
        }
    }
    return sums;
}

}  // namespace

void require_weights(const Topology& first, const Topology& second) {
    for (const Topology* topology : {&first, &second}) {
        for (const Layer& layer : topology->layers) {
            if (layer.values.size() == layer.pattern.edges()) continue;
            throw FormatError("distance of weights: " + topology->label + " has none in layer '" + layer.name +
                              "'; record them (snapshots.weights = true), or give a file that holds weights");
        }
    }
}

std::vector<WeightSums> compare_aligned_weights(const Topology& first, const Topology& second,
                                                const std::vector<LayerMatch>& matches) {
    require_comparable(first, second, "distance of weights");
    require_weights(first, second);
    std::optional<StreamGroups> streams;
    std::vector<StreamGroups::Partners> partners;
    if (!matches.empty()) streams.emplace(first, false);
    for (const LayerMatch& match : matches) partners.push_back(match.partner);
    std::vector<WeightSums> all;
    for (std::size_t k = 0; k < first.layers.size(); ++k) {
        const std::vector<std::uint32_t> partner =
            matches.empty() ? identity_partners(first.layers[k].pattern.rows()) : matches[k].partner;
        const StreamGroups::Partners before = streams ? streams->before(k, partners) : StreamGroups::Partners{};
        all.push_back(compare_layer(first.layers[k], second.layers[k], before, partner));
        if (!std::isfinite(all.back().first + all.back().second)) {
            throw NumericError("distance of weights: " + first.label + " or " + second.label +
                               " has weights in layer '" + first.layers[k].name + "' that are not finite numbers");
        }
    }
    return all;
}

}  // namespace espalier::topology
