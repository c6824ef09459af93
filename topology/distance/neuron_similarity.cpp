#include <espalier/base/text/error.hpp>
#include <espalier/topology/distance/neuron_similarity.hpp>

namespace espalier::topology {

InputNames::InputNames(std::span<const std::uint32_t> partner, std::size_t inputs) : partner_(partner) {
    if (partner.empty()) return;
    if (inputs % partner.size() != 0) {
        throw FormatError(std::to_string(inputs) + " inputs are no multiple of the " + std::to_string(partner.size()) +
                          " outputs before; nnstd needs layers in sequence, nnstd_layerwise does not");
    }
    block_ = inputs / partner.size();
}

std::vector<std::uint32_t> InputNames::operator()(std::span<const std::uint32_t> inputs) const {
    std::vector<std::uint32_t> renamed;
    renamed.reserve(inputs.size());
    for (const std::uint32_t input : inputs) renamed.push_back((*this)(input));
    return renamed;
}

double edit_distance(std::size_t first, std::size_t second, std::size_t common) {
    const std::size_t either = first + second - common;
    return either == 0 ? 0.0 : static_cast<double>(either - common) / static_cast<double>(either);
}

NeuronSimilarity::NeuronSimilarity(const Pattern& first, const Pattern& second,
                                   std::span<const std::uint32_t> partner_before)
    : first_(first), in_second_(partner_before, first.cols()), counter_(second) {
    require_equal_shape(first, second, "nnstd");
}

/// Valid until the thread asks again.
std::span<const std::uint32_t> NeuronSimilarity::common_counts(std::size_t a) const {
    thread_local std::vector<std::uint32_t> counts;
    counts.resize(counter_.outputs());
    counter_.count(in_second_(first_.row(a)), counts);
    return counts;
}

void NeuronSimilarity::row(std::size_t a, std::span<double> similarity) const {
    const std::span<const std::uint32_t> common = common_counts(a);
    const std::uint32_t* degrees = counter_.degrees().data();
    const auto inputs = static_cast<std::int32_t>(first_.row(a).size());
    for (std::size_t b = 0; b < similarity.size(); ++b) {
        const std::int32_t both = static_cast<std::int32_t>(common[b]);
        const std::int32_t either = inputs + static_cast<std::int32_t>(degrees[b]) - both;
        // Both empty: 1 of 1. Signed 32-bit integers turn into doubles by vectors, which unsigned ones do not.
        const std::int32_t nothing = either == 0 ? 1 : 0;
        similarity[b] = static_cast<double>(both + nothing) / static_cast<double>(either + nothing);
    }
}

void NeuronSimilarity::edit_distances(std::size_t a, std::span<double> distances) const {
    const std::span<const std::uint32_t> common = common_counts(a);
    for (std::size_t b = 0; b < distances.size(); ++b) {
        distances[b] = edit_distance(first_.row(a).size(), counter_.degrees()[b], common[b]);
    }
}

}  // namespace espalier::topology
