#include <numeric>

#include <espalier/topology/distance/matched_neurons.hpp>
#include <espalier/topology/distance/neuron_similarity.hpp>

namespace espalier::topology {

std::vector<std::uint32_t> identity_partners(std::size_t outputs) {
    std::vector<std::uint32_t> partner(outputs);
    std::iota(partner.begin(), partner.end(), 0U);
    return partner;
}

std::vector<std::size_t> shared_inputs(const Pattern& first, const Pattern& second,
                                       std::span<const std::uint32_t> partner_before,
                                       std::span<const std::uint32_t> partner) {
    require_equal_shape(first, second, "nnstd");
    const InputNames in_second(partner_before, first.cols());
    std::vector<std::size_t> seen_by(first.cols(), 0);  // 1 + the last neuron of the first that has the input
    std::vector<std::size_t> shared;
    for (std::size_t a = 0; a < first.rows(); ++a) {
        for (const std::uint32_t x : first.row(a)) seen_by[in_second(x)] = a + 1;
        std::size_t common = 0;
        for (const std::uint32_t x : second.row(partner[a])) common += seen_by[x] == a + 1 ? 1 : 0;
        shared.push_back(common);
    }
    return shared;
}

double matched_cost(const Pattern& first, const Pattern& second, std::span<const std::uint32_t> partner_before,
                    std::span<const std::uint32_t> partner) {
    const std::vector<std::size_t> shared = shared_inputs(first, second, partner_before, partner);
    double cost = 0;
    for (std::size_t a = 0; a < shared.size(); ++a) {
        cost += edit_distance(first.row(a).size(), second.row(partner[a]).size(), shared[a]);
    }
    return cost;
}

}  // namespace espalier::topology
