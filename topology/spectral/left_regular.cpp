#include <map>
#include <optional>
#include <utility>

#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/spectral/left_regular.hpp>

namespace espalier::topology {
namespace {

LeftRegular subgraph(const Biadjacency& layer, std::size_t degree, const std::vector<std::size_t>& members) {
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> indices;
    std::vector<double> values;
    indices.reserve(degree * members.size());
    for (const std::size_t input : members) {
        const auto outputs = layer.outputs_of(input);
        const auto weights = layer.values_from(input);
        indices.insert(indices.end(), outputs.begin(), outputs.end());
        values.insert(values.end(), weights.begin(), weights.end());
        offsets.push_back(indices.size());
    }
    return {degree, Pattern(members.size(), layer.outputs(), std::move(offsets), std::move(indices)),
            std::move(values)};
}

}  // namespace

std::vector<LeftRegular> left_regular_subgraphs(const Biadjacency& layer, std::size_t least_members) {
    std::map<std::size_t, std::vector<std::size_t>> members;
    for (std::size_t input = 0; input < layer.inputs(); ++input)
        members[layer.outputs_of(input).size()].push_back(input);
    std::vector<LeftRegular> result;
    for (const auto& [degree, inputs] : members) {
        if (inputs.size() >= least_members) result.push_back(subgraph(layer, degree, inputs));
    }
    return result;
}

std::vector<LeadingPair> left_regular_pairs(const Biadjacency& layer) {
    const std::vector<LeftRegular> subgraphs = left_regular_subgraphs(layer);
    std::vector<std::optional<LeadingPair>> pairs(subgraphs.size());
    parallel_for(subgraphs.size(), [&](std::size_t k) {
        const Biadjacency matrix(subgraphs[k].pattern, subgraphs[k].values);
        if (why_no_bound(matrix)) return;
        pairs[k] = leading_pair(matrix);
        std::swap(pairs[k]->inputs, pairs[k]->outputs);  // the subgraph's rows are the layer's inputs
    });
    std::vector<LeadingPair> valid;
    for (const auto& pair : pairs) {
        if (pair) valid.push_back(*pair);
    }
    return valid;
}

}  // namespace espalier::topology
