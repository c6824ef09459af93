#include <algorithm>
#include <numeric>

#include <espalier/topology/graph/chain.hpp>
#include <espalier/topology/graph/layer_graph.hpp>
#include <espalier/topology/graph/streams.hpp>

namespace espalier::topology {
namespace {

/// Sets of layers, each known by its lowest number.
class FirstWriters {
  public:
    explicit FirstWriters(std::size_t layers) : lower_(layers) { std::iota(lower_.begin(), lower_.end(), 0U); }

    std::size_t of(std::size_t k) const {
        while (lower_[k] != k) k = lower_[k];
        return k;
    }
    void join(std::size_t a, std::size_t b) {
        const std::size_t first = std::min(of(a), of(b));
        const std::size_t second = std::max(of(a), of(b));
        lower_[second] = first;
    }

  private:
    std::vector<std::size_t> lower_;
};

std::vector<LayerStreams> streams_of_chain(std::size_t layers) {
    std::vector<LayerStreams> streams(layers);
    for (std::size_t k = 0; k < layers; ++k) {
        streams[k].writes = k;
        if (k > 0) streams[k].reads = k - 1;
    }
    return streams;
}

}  // namespace

std::vector<LayerStreams> layer_streams(const Topology& topology) {
    if (is_unbranched(topology)) return streams_of_chain(require_chain(topology).size());
    const LayerGraph graph(topology);
    FirstWriters writers(graph.layers());
    for (std::size_t k = 0; k < graph.layers(); ++k) {
        for (const std::size_t feeder : graph.feeders(k)) writers.join(graph.feeders(k).front(), feeder);
    }
    std::vector<char> holds_input(graph.layers(), 0);
    for (std::size_t k = 0; k < graph.layers(); ++k) {
        if (graph.takes_input(k) && !graph.feeders(k).empty()) holds_input[writers.of(graph.feeders(k).front())] = 1;
    }
    std::vector<LayerStreams> streams(graph.layers());
    for (std::size_t k = 0; k < graph.layers(); ++k) {
        streams[k].writes = writers.of(k);
        streams[k].is_fixed = holds_input[streams[k].writes] != 0;
        if (graph.feeders(k).empty()) continue;
        const std::size_t stream = writers.of(graph.feeders(k).front());
        if (holds_input[stream] == 0) streams[k].reads = stream;
    }
    return streams;
}

}  // namespace espalier::topology
