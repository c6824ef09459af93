#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/training/run/recorded_maps.hpp>

namespace espalier::training {
namespace {

topology::MapImage image_of(const kernels::Image& image) {
    return {image.channels, image.height, image.width};
}

topology::MapAxis axis_of(const kernels::Axis& axis) {
    return {axis.kernel, axis.stride, axis.dilation, axis.before, axis.after};
}

}  // namespace

bool has_map(const nn::NodeSpec& node) {
    return node.kind != "heads" && !node.kind.starts_with("head_mean");
}

topology::MapNode recorded_map(const nn::NetworkSpec& spec, std::size_t node) {
    const nn::NodeSpec& what = spec.nodes[node];
    topology::MapNode map{topology::numbered_name(node, what.name), what.kind, {}, image_of(what.output())};
    for (const std::size_t from : what.inputs)
        map.inputs.push_back(from == nn::network_input ? topology::map_input : from);
    if (what.window) {
        map.window = std::array{axis_of(what.window->window.rows), axis_of(what.window->window.cols)};
        map.ceil_mode = what.window->ceil_mode;
    }
    return map;
}

std::optional<topology::MapImage> recorded_sample(const nn::NetworkSpec& spec) {
    if (spec.image.channels == 0) return std::nullopt;
    return image_of(spec.image);
}

topology::MapGraph recorded_maps(const nn::NetworkSpec& spec) {
    topology::MapGraph maps{recorded_sample(spec).value_or(topology::MapImage{spec.inputs, 1, 1}), {}};
    for (std::size_t k = 0; k < spec.nodes.size() && has_map(spec.nodes[k]); ++k)
        maps.nodes.push_back(recorded_map(spec, k));
    return maps;
}

}  // namespace espalier::training
