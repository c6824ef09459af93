#include <algorithm>
#include <array>
#include <bit>

#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/graph/layer_graph.hpp>
#include <espalier/topology/paths/reachability.hpp>

namespace espalier::topology {
namespace {

constexpr std::size_t words = 8;
constexpr std::size_t inputs_a_block = words * 64;

/// Which inputs of one block reach a neuron, a bit each.
using InputSet = std::array<std::uint64_t, words>;
using Counts = std::vector<std::vector<std::uint32_t>>;

std::vector<std::uint32_t> sizes(const std::vector<InputSet>& sets) {
    std::vector<std::uint32_t> counts;
    counts.reserve(sets.size());
    for (const InputSet& set : sets) {
        int bits = 0;
        for (const std::uint64_t word : set) bits += std::popcount(word);
        counts.push_back(static_cast<std::uint32_t>(bits));
    }
    return counts;
}

/// How many inputs of the block that begins with `first` reach each output of each layer.
Counts reached_by_block(const LayerGraph& graph, std::size_t first) {
    const auto itself = [&](std::size_t j) {
        InputSet set{};
        if (j >= first && j < first + inputs_a_block) set[(j - first) / 64] = std::uint64_t{1} << (j - first) % 64;
        return set;
    };
    const auto join = [](InputSet& all, const InputSet& more) {
        for (std::size_t w = 0; w < words; ++w) all[w] |= more[w];
    };
    Counts counts;
    sweep_edges_forwards<InputSet>(
        graph, itself, join, [&](std::size_t, InputSet& all, const InputSet& more, std::size_t) { join(all, more); },
        [&](const std::vector<InputSet>& sets) { counts.push_back(sizes(sets)); });
    return counts;
}

MetricValue summary(const std::vector<std::uint32_t>& counts, std::size_t inputs) {
    if (counts.empty()) return MetricValue::undefined("no outputs");
    double sum = 0;
    for (const std::uint32_t count : counts) sum += count;
    const double mean = sum / static_cast<double>(counts.size());
    const auto [low, high] = std::ranges::minmax(counts);
    const MetricValue share = inputs == 0 ? MetricValue::undefined("the network has no inputs")
                                          : MetricValue(mean / static_cast<double>(inputs));
    return MetricValue::Fields{
        {"mean", mean}, {"min", static_cast<double>(low)}, {"max", static_cast<double>(high)}, {"share", share}};
}

}  // namespace

std::vector<std::vector<std::uint32_t>> receptive_inputs(const Topology& topology) {
    const LayerGraph graph(topology);
    Counts total;
    for (std::size_t k = 0; k < graph.layers(); ++k) total.emplace_back(graph.pattern(k).rows(), 0U);
    const std::size_t blocks = (graph.input_width() + inputs_a_block - 1) / inputs_a_block;
    // As many blocks at once as there are threads: their counts need memory.
    const auto at_once = static_cast<std::size_t>(threads());
    for (std::size_t begin = 0; begin < blocks; begin += at_once) {
        std::vector<Counts> parts(std::min(at_once, blocks - begin));
        parallel_for(parts.size(),
                     [&](std::size_t k) { parts[k] = reached_by_block(graph, (begin + k) * inputs_a_block); });
        for (const Counts& part : parts) {
            for (std::size_t k = 0; k < total.size(); ++k) {
                for (std::size_t j = 0; j < total[k].size(); ++j) total[k][j] += part[k][j];
            }
        }
    }
    return total;
}

MetricResult reachability_metric(const Topology& topology, const Settings&) {
    const Counts counts = receptive_inputs(topology);
    const LayerGraph graph(topology);
    std::vector<MetricValue> values;
    std::vector<std::uint32_t> of_outputs;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        values.push_back(summary(counts[k], graph.input_width()));
        if (graph.is_output(k)) of_outputs.insert(of_outputs.end(), counts[k].begin(), counts[k].end());
    }
    MetricValue network =
        values.empty() ? MetricValue::undefined("no layers") : summary(of_outputs, graph.input_width());
    return {std::move(values), std::move(network)};
}

}  // namespace espalier::topology
