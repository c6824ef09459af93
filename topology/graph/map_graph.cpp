#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/map_graph.hpp>

namespace espalier::topology {
namespace {

constexpr std::size_t most_side = std::size_t{1} << 24;

[[noreturn]] void refuse_node(const std::string& where, const MapNode& node, const std::string& why) {
    throw FormatError(where + ": maps of '" + node.name + "': " + why);
}

bool is_small(const MapImage& image) {
    const bool sides = image.channels <= most_side && image.height <= most_side && image.width <= most_side;
    return sides && image.channels * image.height <= most_map_features && image.features() <= most_map_features;
}

bool same_features(const MapImage& a, const MapImage& b) {
    return a.features() == b.features();
}

/// Windows of a convolution along one axis; 0 where none fits.
std::size_t windows_of(const MapAxis& axis, std::size_t side) {
    const std::size_t reach = axis.dilation * (axis.kernel - 1) + 1;
    const std::size_t padded = side + axis.before + axis.after;
    return padded < reach ? 0 : (padded - reach) / axis.stride + 1;
}

bool is_sane(const MapAxis& axis) {
    const auto small = [](std::size_t number) { return number <= most_side; };
    return axis.kernel > 0 && axis.stride > 0 && axis.dilation > 0 && small(axis.kernel) && small(axis.stride) &&
           small(axis.dilation) && small(axis.before) && small(axis.after);
}

/// Of what has no weights and takes one input.
bool fits(const MapNode& node, const MapImage& in) {
    const MapImage& out = node.image;
    if (node.kind == "subsample") {
        if (!node.window || out.channels < in.channels) return false;
        const auto [rows, cols] = *node.window;
        return out.height == (in.height + rows.stride - 1) / rows.stride &&
               out.width == (in.width + cols.stride - 1) / cols.stride;
    }
    if (node.kind == "zero_pad") {
        if (!node.window || out.channels != in.channels) return false;
        const auto [rows, cols] = *node.window;
        return out.height == rows.before + in.height + rows.after && out.width == cols.before + in.width + cols.after;
    }
    if (node.kind.ends_with("pool")) {
        if (out.channels != in.channels) return false;
        if (!node.window) return out.pixels() == 0 || in.pixels() > 0;
        return window_spans((*node.window)[0], in.height, node.ceil_mode).size() == out.height &&
               window_spans((*node.window)[1], in.width, node.ceil_mode).size() == out.width;
    }
    return !node.kind.ends_with("_pad") && same_features(in, out);
}

void check_node(const MapGraph& maps, std::size_t k, const std::string& where) {
    const MapNode& node = maps.nodes[k];
    const auto image_of = [&](std::size_t from) -> const MapImage& {
        return from == map_input ? maps.input : maps.nodes[from].image;
    };
    if (!is_small(node.image)) refuse_node(where, node, "more than 2^24 numbers are not followed");
    if (node.window && !(is_sane((*node.window)[0]) && is_sane((*node.window)[1])))
        refuse_node(where, node, "its window has a size or stride of 0, or a side beyond 2^24");
    if (node.inputs.empty()) refuse_node(where, node, "it takes nothing");
    for (const std::size_t from : node.inputs) {
        if (from != map_input && from >= k) refuse_node(where, node, "it takes what is not before it");
    }
    if (node.kind == "sum") {
        const bool fit = std::ranges::all_of(
            node.inputs, [&](std::size_t from) { return same_features(image_of(from), node.image); });
        if (!fit) refuse_node(where, node, "it adds maps of other sizes");
        return;
    }
    if (node.inputs.size() > 1) refuse_node(where, node, "a '" + node.kind + "' of several inputs is not known");
    const MapImage& in = image_of(node.inputs.front());
    if (node.kind == "linear") return;  // its layer tells
    if (node.has_weights()) {
        const bool fit = node.window && windows_of((*node.window)[0], in.height) == node.image.height &&
                         windows_of((*node.window)[1], in.width) == node.image.width;
        if (!fit) refuse_node(where, node, "its windows do not give maps of its size");
        return;
    }
    if (!fits(node, in)) refuse_node(where, node, "a '" + node.kind + "' between maps of these sizes is not known");
}

}  // namespace

void require_consistent(const MapGraph& maps, const std::string& where) {
    if (!is_small(maps.input)) throw FormatError(where + ": an input of more than 2^24 numbers is not followed");
    for (std::size_t k = 0; k < maps.nodes.size(); ++k) check_node(maps, k, where);
}

std::vector<std::pair<std::size_t, std::size_t>> window_spans(const MapAxis& axis, std::size_t side, bool ceil_mode) {
    const std::size_t padded = side + axis.before + axis.after;
    std::vector<std::pair<std::size_t, std::size_t>> spans;
    if (padded < axis.kernel) return spans;
    const std::size_t room = padded - axis.kernel;
    std::size_t windows = room / axis.stride + 1;
    if (ceil_mode) {
        windows = (room + axis.stride - 1) / axis.stride + 1;
        if ((windows - 1) * axis.stride >= side + axis.before) --windows;  // it would lie beyond the edge
    }
    for (std::size_t k = 0; k < windows; ++k) {
        const std::size_t begin = k * axis.stride;  // counted from the beginning of the padding
        const auto inside = [&](std::size_t at) {
            return std::clamp(at, axis.before, axis.before + side) - axis.before;
        };
        spans.emplace_back(inside(begin), inside(begin + axis.kernel));
    }
    return spans;
}

std::vector<std::pair<std::size_t, std::size_t>> adaptive_spans(std::size_t side, std::size_t windows) {
    std::vector<std::pair<std::size_t, std::size_t>> spans;
    for (std::size_t k = 0; k < windows; ++k)
        spans.emplace_back(k * side / windows, ((k + 1) * side + windows - 1) / windows);
    return spans;
}

}  // namespace espalier::topology
