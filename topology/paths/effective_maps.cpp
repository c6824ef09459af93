#include <algorithm>
#include <optional>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/map_graph.hpp>
#include <espalier/topology/paths/effective_maps.hpp>

namespace espalier::topology {
namespace {

using MapNumbers = std::vector<ScaledNumber>;

/// Which layer a node is; none of what has no weights.
std::vector<std::optional<std::size_t>> layers_of_nodes(const Topology& topology) {
    const MapGraph& maps = *topology.maps;
    std::vector<std::optional<std::size_t>> layers;
    std::size_t known = 0;
    for (std::size_t k = 0; k < maps.nodes.size(); ++k) {
        const MapNode& node = maps.nodes[k];
        layers.emplace_back();
        if (!node.has_weights()) continue;
        const auto found = std::ranges::find(topology.layers, node.name, &Layer::name);
        if (found == topology.layers.end())
            throw FormatError(topology.label + ": paths through maps need all layers; '" + node.name + "' is left out");
        const Layer& layer = *found;
        const MapImage& in = maps.input_of(k);
        const std::size_t places = node.kind == "linear" ? 1 : (*node.window)[0].kernel * (*node.window)[1].kernel;
        const std::size_t inputs = node.kind == "linear" ? in.features() : in.channels * places;
        const std::size_t outputs = node.kind == "linear" ? node.image.features() : node.image.channels;
        if (layer.groups > 1 || layer.pattern.cols() != inputs || layer.pattern.rows() != outputs ||
            window_places(layer.shape) != places)
            throw FormatError(topology.label + ": layer '" + layer.name + "' of " + layer.pattern.shape_text() +
                              " does not go through maps of " + std::to_string(in.channels) + "x" +
                              std::to_string(in.height) + "x" + std::to_string(in.width) +
                              "; paths through maps need layers as they are stored (--conv unrolled)");
        layers.back() = static_cast<std::size_t>(found - topology.layers.begin());
        ++known;
    }
    if (known != topology.layers.size())
        throw FormatError(topology.label + ": its maps do not have a place for every layer");
    return layers;
}

/// Calls each(output pixel, input pixel) for each window in which this place of the kernel meets a pixel.
template <class Each>
void for_meetings(const MapNode& node, const MapImage& in, std::size_t place, const Each& each) {
    const auto& [rows, cols] = *node.window;
    const auto meets = [](const MapAxis& axis, std::size_t at, std::size_t tap, std::size_t side) {
        const std::size_t padded = at * axis.stride + tap * axis.dilation;
        return padded < axis.before ? side : std::min(side, padded - axis.before);
    };
    for (std::size_t y = 0; y < node.image.height; ++y) {
        const std::size_t row = meets(rows, y, place / cols.kernel, in.height);
        if (row == in.height) continue;
        for (std::size_t x = 0; x < node.image.width; ++x) {
            const std::size_t col = meets(cols, x, place % cols.kernel, in.width);
            if (col != in.width) each(y * node.image.width + x, row * in.width + col);
        }
    }
}

/// Calls each(output, input) for each two numbers of maps that something without weights joins.
template <class Each>
void for_links(const MapNode& node, const MapImage& in, const Each& each) {
    const MapImage& out = node.image;
    if (node.kind == "subsample") {
        const auto& [rows, cols] = *node.window;
        const std::size_t before = (out.channels - in.channels) / 2;
        for (std::size_t c = 0; c < in.channels; ++c) {
            for (std::size_t y = 0; y < out.height; ++y) {
                for (std::size_t x = 0; x < out.width; ++x)
                    each(((c + before) * out.height + y) * out.width + x,
                         (c * in.height + y * rows.stride) * in.width + x * cols.stride);
            }
        }
    } else if (node.kind == "zero_pad") {
        const auto& [rows, cols] = *node.window;
        for (std::size_t f = 0; f < in.features(); ++f) {
            const std::size_t y = f / in.width % in.height + rows.before;
            each((f / in.pixels() * out.height + y) * out.width + f % in.width + cols.before, f);
        }
    } else if (node.kind.ends_with("pool")) {
        const auto rows = node.window ? window_spans((*node.window)[0], in.height, node.ceil_mode)
                                      : adaptive_spans(in.height, out.height);
        const auto cols = node.window ? window_spans((*node.window)[1], in.width, node.ceil_mode)
                                      : adaptive_spans(in.width, out.width);
        std::size_t to = 0;
        for (std::size_t c = 0; c < in.channels; ++c) {
            for (const auto& [top, bottom] : rows) {
                for (const auto& [left, right] : cols) {
                    for (std::size_t y = top; y < bottom; ++y) {
                        for (std::size_t x = left; x < right; ++x) each(to, (c * in.height + y) * in.width + x);
                    }
                    ++to;
                }
            }
        }
    } else {
        for (std::size_t f = 0; f < out.features(); ++f) each(f, f);
    }
}

/// Calls each(output, input, edge) for each two numbers of maps that a weight of the layer joins.
template <class Each>
void for_weights(const MapNode& node, const MapImage& in, const Pattern& pattern, const Each& each) {
    const std::size_t places = node.kind == "linear" ? 1 : (*node.window)[0].kernel * (*node.window)[1].kernel;
    std::size_t edge = 0;
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        for (const std::uint32_t col : pattern.row(row)) {
            if (node.kind == "linear") {
                each(row, col, edge);
            } else {
                for_meetings(node, in, col % places, [&](std::size_t there, std::size_t here) {
                    each(row * node.image.pixels() + there, col / places * in.pixels() + here, edge);
                });
            }
            ++edge;
        }
    }
}

}  // namespace

MapPaths paths_through_maps(const Topology& topology) {
    if (topology.maps == nullptr) {
        throw FormatError(topology.label +
                          ": the sizes of maps are not known: runs of networks of images record them, other files do "
                          "not; without them paths are counted on the graph of channels (effective.mapping=channel)");
    }
    const MapGraph& maps = *topology.maps;
    require_consistent(maps, topology.label);
    const std::vector<std::optional<std::size_t>> layers = layers_of_nodes(topology);
    MapPaths found;
    for (const Layer& layer : topology.layers) found.edges.emplace_back(layer.pattern.edges(), 0);
    std::vector<MapNumbers> forward;
    const MapNumbers ones(maps.input.features(), 1.0);
    const auto numbers_of = [&](std::size_t from) -> const MapNumbers& {
        return from == map_input ? ones : forward[from];
    };
    std::vector<char> is_output(maps.nodes.size(), 1);
    for (std::size_t k = 0; k < maps.nodes.size(); ++k) {
        const MapNode& node = maps.nodes[k];
        MapNumbers to(node.image.features());
        for (const std::size_t from : node.inputs) {
            if (from != map_input) is_output[from] = 0;
            const MapNumbers& numbers = numbers_of(from);
            const auto add = [&](std::size_t there, std::size_t here) { to[there] += numbers[here]; };
            if (layers[k]) {
                for_weights(node, maps.input_of(k), topology.layers[*layers[k]].pattern,
                            [&](std::size_t there, std::size_t here, std::size_t) { add(there, here); });
            } else {
                for_links(node, from == map_input ? maps.input : maps.nodes[from].image, add);
            }
        }
        forward.push_back(std::move(to));
    }
    std::vector<std::vector<char>> backward;
    for (std::size_t k = 0; k < maps.nodes.size(); ++k) {
        backward.emplace_back(maps.nodes[k].image.features(), is_output[k]);
        if (is_output[k] == 0) continue;
        for (const ScaledNumber& number : forward[k]) found.paths += number;
    }
    std::vector<char> of_input(maps.input.features(), 0);
    for (std::size_t k = maps.nodes.size(); k-- > 0;) {
        const MapNode& node = maps.nodes[k];
        for (const std::size_t from : node.inputs) {
            std::vector<char>& to = from == map_input ? of_input : backward[from];
            const MapNumbers& numbers = numbers_of(from);
            if (layers[k]) {
                std::vector<char>& used = found.edges[*layers[k]];
                for_weights(node, maps.input_of(k), topology.layers[*layers[k]].pattern,
                            [&](std::size_t there, std::size_t here, std::size_t edge) {
                                if (backward[k][there] == 0) return;
                                to[here] = 1;
                                if (!numbers[here].is_zero()) used[edge] = 1;
                            });
            } else {
                for_links(node, from == map_input ? maps.input : maps.nodes[from].image,
                          [&](std::size_t there, std::size_t here) { to[here] |= backward[k][there]; });
            }
        }
    }
    return found;
}

}  // namespace espalier::topology
