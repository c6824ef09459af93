#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <espalier/page/connections.hpp>
#include <espalier/topology/files/conv_mapping.hpp>
#include <espalier/topology/graph/degree.hpp>

namespace espalier::page {
namespace {

using topology::Layer;
using topology::MappedLayer;

/// Places of the largest weights, the largest first; of masks alone an even choice.
std::vector<std::size_t> strongest(const Layer& layer, std::size_t most) {
    const std::size_t edges = layer.pattern.edges();
    if (layer.values.empty()) return even_choice(edges, most);
    std::vector<std::size_t> order(edges);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const std::size_t kept = std::min(edges, most);
    const auto is_larger = [&](std::size_t a, std::size_t b) {
        const float x = std::abs(layer.values[a]);
        const float y = std::abs(layer.values[b]);
        return x != y ? x > y : a < b;
    };
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(), is_larger);
    order.resize(kept);
    return order;
}

/// The output of every edge.
std::vector<std::uint32_t> rows_of_edges(const Pattern& pattern) {
    std::vector<std::uint32_t> rows;
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        rows.insert(rows.end(), pattern.row(row).size(), static_cast<std::uint32_t>(row));
    }
    return rows;
}

std::vector<std::uint32_t> columns_of_edges(const Pattern& pattern) {
    std::vector<std::uint32_t> columns;
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        for (const std::uint32_t input : pattern.row(row)) columns.push_back(input);
    }
    return columns;
}

double sum_of_sizes(const std::vector<float>& values) {
    double sum = 0.0;
    for (const float value : values) sum += std::abs(static_cast<double>(value));
    return sum;
}

void put_edges(DrawnLayer& drawn, const MappedLayer& mapped, const std::vector<std::size_t>& edges) {
    const Pattern& pattern = mapped.layer.pattern;
    const std::vector<std::uint32_t> rows = rows_of_edges(pattern);
    const std::vector<std::uint32_t> columns = columns_of_edges(pattern);
    const std::vector<std::uint32_t> inputs = topology::input_degrees(pattern);
    const std::vector<std::uint32_t> outputs = topology::output_degrees(pattern);
    double sum = 0.0;
    for (const std::size_t edge : edges) {
        drawn.from.push_back(columns[edge]);
        drawn.to.push_back(rows[edge]);
        drawn.from_degree.push_back(inputs[columns[edge]]);
        drawn.to_degree.push_back(outputs[rows[edge]]);
        if (drawn.has_weights) drawn.weights.push_back(static_cast<double>(mapped.layer.values[edge]));
        if (drawn.has_weights) sum += std::abs(drawn.weights.back());
        if (drawn.is_convolution) drawn.kept.push_back(mapped.multiplicity.empty() ? 1 : mapped.multiplicity[edge]);
    }
    const double all = sum_of_sizes(mapped.layer.values);
    drawn.weight_share = all > 0.0 ? sum / all : 0.0;
}

Json drawn_json(const DrawnLayer& layer) {
    constexpr int digits = 3;
    return {{"name", layer.name},
            {"convolution", layer.is_convolution},
            {"inputs", layer.inputs},
            {"outputs", layer.outputs},
            {"places", layer.places},
            {"connections", layer.connections},
            {"from", layer.from},
            {"to", layer.to},
            {"weights", rounded_numbers(layer.weights, digits)},
            {"kept", layer.kept},
            {"from_degree", layer.from_degree},
            {"to_degree", layer.to_degree},
            {"seen", connections_sentence(layer)}};
}

std::string signs_text(const DrawnLayer& layer) {
    const auto positive = std::ranges::count_if(layer.weights, [](double weight) { return weight > 0.0; });
    return share_text(static_cast<double>(positive) / static_cast<double>(layer.weights.size())) + " of them positive";
}

std::string kernels_text(const DrawnLayer& layer) {
    double kept = 0.0;
    for (const std::uint32_t count : layer.kept) kept += count;
    return fmt::format("{:.1f} of {} weights kept on average", kept / static_cast<double>(layer.kept.size()),
                       layer.places);
}

}  // namespace

DrawnLayer drawn_layer(const Layer& layer, std::size_t most) {
    const MappedLayer mapped = topology::map_convolution(layer, topology::ConvMapping::channel);
    DrawnLayer drawn{.name = plain_layer_name(layer.name),
                     .is_convolution = topology::is_convolution(layer.shape),
                     .has_weights = !layer.values.empty(),
                     .inputs = mapped.layer.pattern.cols(),
                     .outputs = mapped.layer.pattern.rows(),
                     .connections = mapped.layer.pattern.edges(),
                     .places = topology::window_places(layer.shape)};
    put_edges(drawn, mapped, strongest(mapped.layer, most));
    return drawn;
}

std::string connections_sentence(const DrawnLayer& layer) {
    const std::string what = layer.is_convolution ? "kernel" : "connection";
    if (layer.from.empty()) return layer.name + " has no " + what + "s.";
    const bool is_all = layer.from.size() == layer.connections;
    std::string text = is_all ? "All " + count_text(layer.connections, what)
                              : (layer.has_weights ? "The " + std::to_string(layer.from.size()) + " strongest of "
                                                   : "An even sample: " + std::to_string(layer.from.size()) + " of ") +
                                    count_text(layer.connections, what);
    text += " of " + layer.name;
    if (layer.has_weights && !is_all) text += ", with " + share_text(layer.weight_share) + " of all absolute weight";
    if (layer.is_convolution) return text + "; " + kernels_text(layer) + ".";
    return text + (layer.has_weights ? "; " + signs_text(layer) : "") + ".";
}

Json connections_json(const Course& course, const std::vector<std::size_t>& chosen) {
    Json json = {{"runs", Json::array()}, {"layers", Json::array()}, {"drawn", Json::array()}};
    const std::vector<Layer>& named = course.last().front().layers;
    for (const Layer& layer : named) json["layers"].push_back(plain_layer_name(layer.name));
    const std::size_t drawings = std::max<std::size_t>(chosen.size() * named.size(), 1);
    const std::size_t most = std::clamp<std::size_t>(most_drawn_in_all / drawings, 1, most_drawn);
    for (const std::size_t run : chosen) {
        Json layers = Json::array();
        for (const Layer& layer : course.last()[run].layers) layers.push_back(drawn_json(drawn_layer(layer, most)));
        json["runs"].push_back(course.runs[run]);
        json["drawn"].push_back(std::move(layers));
    }
    return json;
}

}  // namespace espalier::page
