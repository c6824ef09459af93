#include <algorithm>

#include <espalier/topology/graph/chain.hpp>
#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/structure/layer_pair.hpp>

namespace espalier::topology {
namespace {

std::size_t nonzero(std::span<const std::uint32_t> degrees) {
    return degrees.size() - static_cast<std::size_t>(std::ranges::count(degrees, 0U));
}

/// Degrees of a layer's inputs and then of its outputs, up to the last that is not 0.
std::vector<std::uint32_t> cut_degrees(const Pattern& pattern) {
    std::vector<std::uint32_t> degrees = input_degrees(pattern);
    std::ranges::copy(output_degrees(pattern), std::back_inserter(degrees));
    while (!degrees.empty() && degrees.back() == 0) degrees.pop_back();
    return degrees;
}

/// With the program's slices: the last `outputs` entries as fan-in, all after the inputs as outputs of the layer after.
std::optional<PairDegrees> cut_pair(const Pattern& before, const Pattern& after, std::size_t block) {
    const std::vector<std::uint32_t> first = cut_degrees(before);
    const std::vector<std::uint32_t> second = cut_degrees(after);
    if (first.size() < before.rows()) return std::nullopt;
    PairDegrees pair{.block = block};
    pair.in.assign(first.end() - static_cast<std::ptrdiff_t>(before.rows()), first.end());
    pair.out.assign(second.begin(), second.begin() + static_cast<std::ptrdiff_t>(after.cols()));
    pair.active_inputs = nonzero(std::span(first).first(before.cols()));
    pair.active_outputs = nonzero(std::span(second).subspan(after.cols()));
    return pair;
}

}  // namespace

std::optional<PairDegrees> pair_degrees(const LayerGraph& network, std::size_t k, DegreeVectors vectors) {
    const Pattern& after = network.pattern(k);
    const std::vector<std::size_t>& feeders = network.feeders(k);
    const auto has_edges = [&](std::size_t l) { return network.pattern(l).edges() > 0; };
    if (vectors == DegreeVectors::cut && has_edges(feeders.front()) && after.edges() > 0)
        return cut_pair(network.pattern(feeders.front()), after, network.block(k));
    PairDegrees pair{std::vector<std::uint32_t>(network.neurons_before(k), 0), input_degrees(after), network.block(k)};
    for (const std::size_t feeder : feeders) {
        const std::vector<std::uint32_t> fan_in = output_degrees(network.pattern(feeder));
        const std::size_t place = network.place(k, feeder);
        for (std::size_t j = 0; j < fan_in.size(); ++j) pair.in[place + j] += fan_in[j];
        pair.active_inputs += nonzero(input_degrees(network.pattern(feeder)));
    }
    pair.active_outputs = nonzero(output_degrees(after));
    return pair;
}

MetricResult pair_metric(const Topology& topology, const Settings& settings, double (*relation)(const PairDegrees&)) {
    const auto vectors = settings.text("degree_vectors") == "cut" ? DegreeVectors::cut : DegreeVectors::full;
    const bool skips_classifier = settings.text("classifier") == "skip";
    if (vectors == DegreeVectors::cut) require_unbranched(topology);
    const LayerGraph network(topology);
    std::vector<MetricValue> values;
    for (std::size_t k = 0; k < network.layers(); ++k) {
        if (network.feeders(k).empty()) {
            values.push_back(MetricValue::undefined("no layer before"));
            continue;
        }
        if (skips_classifier && network.is_output(k)) {
            values.push_back(MetricValue::undefined("the classifier is skipped"));
            continue;
        }
        const std::optional<PairDegrees> pair = pair_degrees(network, k, vectors);
        values.push_back(pair ? MetricValue(relation(*pair))
                              : MetricValue::undefined("cut degrees are fewer than the outputs before"));
    }
    MetricValue mean = mean_over_layers(values);
    return {std::move(values), std::move(mean)};
}

}  // namespace espalier::topology
