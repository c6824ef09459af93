#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <espalier/base/random/random.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/files/sources.hpp>
#include <espalier/topology/graph/random_layer.hpp>
#include <espalier/topology/spectral/full_spectrum.hpp>
#include <espalier/topology/spectral/imdb.hpp>
#include <espalier/topology/spectral/ramanujan_gap.hpp>
#include <espalier/topology/spectral/weighted_gap.hpp>

namespace espalier::topology {
namespace {

constexpr std::size_t random_masks = 10;
constexpr std::size_t dimensions = 4;
constexpr std::array<const char*, dimensions> score_names{"delta_r", "delta_r_imdb", "lambda", "lambda_imsg"};

MetricValue field_or_reason(const MetricValue& value, const char* name) {
    return value.is_object() ? *value.find(name) : value;
}

MetricValue coordinate(const Layer& layer) {
    return MetricValue::Fields{{score_names[0], field_or_reason(ramanujan_gap_metric(layer), "gap")},
                               {score_names[1], field_or_reason(imdb_metric(layer), "delta_r")},
                               {score_names[2], field_or_reason(weighted_gap_metric(layer), "gap")},
                               {score_names[3], field_or_reason(imsg_metric(layer), "gap")}};
}

MetricResult coordinates(const Topology& topology) {
    std::vector<MetricValue> layers(topology.layers.size(), MetricValue::undefined("not measured"));
    parallel_for(layers.size(), [&](std::size_t k) { layers[k] = coordinate(topology.layers[k]); });
    MetricValue mean = mean_over_layers(layers);
    return {std::move(layers), std::move(mean)};
}

/// Mean and standard deviation (of the population) of each dimension, over several networks.
struct Spread {
    MetricValue mean;
    std::array<double, dimensions> deviation{};
};

Spread spread(const std::vector<MetricValue>& points) {
    Spread result{mean_over_layers(points)};
    for (std::size_t d = 0; d < dimensions; ++d) {
        std::vector<double> numbers;
        for (const MetricValue& point : points) {
            if (const MetricValue* value = point.find(score_names[d]); value != nullptr && value->is_number()) {
                numbers.push_back(value->number());
            }
        }
        double squares = 0;
        for (const double number : numbers) {
            const double off = number - result.mean.find(score_names[d])->number();
            squares += off * off;
        }
        if (!numbers.empty()) result.deviation[d] = std::sqrt(squares / static_cast<double>(numbers.size()));
    }
    return result;
}

Spread random_spread(const Topology& topology, std::uint64_t seed) {
    std::vector<MetricValue> points;
    for (std::size_t mask = 0; mask < random_masks; ++mask) {
        Topology drawn{topology.label, {}};
        for (std::uint32_t k = 0; k < topology.layers.size(); ++k) {
            Stream stream(seed, Purpose::graph_sampling, k, mask);
            drawn.layers.push_back(random_layer_like(topology.layers[k], stream));
        }
        points.push_back(coordinates(drawn).network);
    }
    return spread(points);
}

MetricValue coordinate_in_file(const std::string& argument, const MaskFileOptions& options = {}) {
    const std::vector<Topology> found = read_topologies(argument, options);
    if (found.size() != 1) {
        throw ConfigError("full_spectrum.reference: " + argument + " holds " + std::to_string(found.size()) +
                          " topologies; choose one by '@'");
    }
    return coordinates(found.front()).network;
}

/// The same layers in the first snapshot of the network's file.
MetricValue initial_coordinate(const Topology& topology) {
    MaskFileOptions options;
    for (const Layer& layer : topology.layers) options.layers.push_back(layer.name);
    return coordinate_in_file(topology.source + "@first", options);
}

MetricValue distance(const MetricValue& here, const MetricValue& there, const std::array<double, dimensions>& scale) {
    double squares = 0;
    for (std::size_t d = 0; d < dimensions; ++d) {
        const std::string name = score_names[d];
        const MetricValue a = field_or_reason(here, score_names[d]);
        const MetricValue b = field_or_reason(there, score_names[d]);
        if (a.is_undefined()) return MetricValue::undefined(name + ": " + a.reason());
        if (b.is_undefined()) return MetricValue::undefined(name + " of the reference: " + b.reason());
        if (scale[d] == 0) return MetricValue::undefined(name + " is the same for all random masks: no scale");
        const double off = (a.number() - b.number()) / scale[d];
        squares += off * off;
    }
    return std::sqrt(squares);
}

MetricValue distance_from_reference(const Topology& topology, const MetricValue& here,
                                    const FullSpectrumOptions& options) {
    const bool is_random = options.reference == "erk_random";
    const bool is_init = options.reference == "init";
    if (is_init && topology.source.empty()) {
        return MetricValue::undefined("masks of another tool have no initial snapshot; set full_spectrum.reference");
    }
    std::array<double, dimensions> scale;
    scale.fill(1);
    MetricValue there = 0.0;
    if (is_random || options.is_z_scaled) {
        const Spread random = random_spread(topology, options.seed);
        if (options.is_z_scaled) scale = random.deviation;
        there = random.mean;
    }
    if (!is_random) there = is_init ? initial_coordinate(topology) : coordinate_in_file(options.reference);
    return distance(here, there, scale);
}

}  // namespace

MetricResult full_spectrum(const Topology& topology, const FullSpectrumOptions& options) {
    MetricResult result = coordinates(topology);
    if (topology.layers.empty()) return result;
    MetricValue::Fields fields = result.network.fields();
    fields.emplace_back("distance", distance_from_reference(topology, result.network, options));
    result.network = fields;
    return result;
}

}  // namespace espalier::topology
