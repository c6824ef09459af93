#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/chain.hpp>
#include <espalier/topology/graph/layer_graph.hpp>
#include <espalier/topology/structure/channel_overlap.hpp>

namespace espalier::topology {
namespace {

/// Outputs that all the places of one channel feed over those of the place with fewest; negative where one feeds none.
double overlap_of_channel(const Pattern& fed, std::size_t first, std::size_t places) {
    const auto begin = fed.row(first);
    std::vector<std::uint32_t> common(begin.begin(), begin.end());
    std::size_t fewest = common.size();
    for (std::size_t place = first + 1; place < first + places; ++place) {
        const auto outputs = fed.row(place);
        std::erase_if(common, [&](std::uint32_t output) { return !std::ranges::binary_search(outputs, output); });
        fewest = std::min(fewest, outputs.size());
    }
    return fewest == 0 ? -1 : static_cast<double>(common.size()) / static_cast<double>(fewest);
}

}  // namespace

double channel_overlap(const Pattern& pattern, std::size_t channels) {
    if (channels == 0 || pattern.cols() % channels != 0) {
        throw FormatError("channel overlap: " + std::to_string(pattern.cols()) + " inputs are no whole multiple of " +
                          std::to_string(channels) + " channels");
    }
    const std::size_t places = pattern.cols() / channels;
    if (places == 0) return 0;
    const Pattern fed = pattern.transposed();
    double sum = 0;
    std::size_t counted = 0;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        const double overlap = overlap_of_channel(fed, channel * places, places);
        if (overlap < 0) continue;
        sum += overlap;
        ++counted;
    }
    return counted == 0 ? 0 : sum / static_cast<double>(counted);
}

std::vector<std::size_t> input_channels(const Topology& topology) {
    std::vector<std::size_t> channels;
    if (!is_unbranched(topology)) {
        const LayerGraph graph(topology);
        for (std::size_t k = 0; k < graph.layers(); ++k) channels.push_back(graph.neurons_before(k));
        return channels;
    }
    std::size_t before = 0;  // outputs of the layer before
    for (const Layer& layer : topology.layers) {
        const std::size_t inputs = layer.pattern.cols();
        const std::size_t linear = before != 0 && inputs % before == 0 ? before : inputs;
        channels.push_back(is_convolution(layer.shape) ? layer.shape[1] : linear);
        before = layer.pattern.rows();
    }
    return channels;
}

MetricResult channel_overlap_metric(const Topology& topology, const Settings&) {
    const std::vector<std::size_t> channels = input_channels(topology);
    std::vector<MetricValue> values;
    for (std::size_t k = 0; k < channels.size(); ++k) {
        const Pattern& pattern = topology.layers[k].pattern;
        values.push_back(pattern.cols() == 0 ? MetricValue::undefined("no inputs")
                                             : MetricValue(channel_overlap(pattern, channels[k])));
    }
    MetricValue mean = mean_over_layers(values);
    return {std::move(values), std::move(mean)};
}

}  // namespace espalier::topology
