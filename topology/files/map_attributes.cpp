#include <algorithm>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/map_attributes.hpp>

namespace espalier::topology {
namespace {

constexpr std::size_t numbers_an_axis = 5;

std::vector<std::int64_t> sides_of(const MapImage& image) {
    return {static_cast<std::int64_t>(image.channels), static_cast<std::int64_t>(image.height),
            static_cast<std::int64_t>(image.width)};
}

/// Whole numbers that 32 bits hold, so many.
std::vector<std::size_t> read_sizes(const hdf5::Group& group, const std::string& attribute, std::size_t count) {
    const auto given = group.attribute_as<std::vector<std::int64_t>>(attribute);
    if (given.size() != count || !std::ranges::all_of(given, std::in_range<std::uint32_t, std::int64_t>)) {
        throw FormatError(group.where() + " attribute '" + attribute + "': must be " + std::to_string(count) +
                          " whole numbers from 0 to 2^32 - 1");
    }
    return {given.begin(), given.end()};
}

MapImage read_image(const hdf5::Group& group) {
    const std::vector<std::size_t> sides = read_sizes(group, "image", 3);
    return {sides[0], sides[1], sides[2]};
}

std::optional<std::array<MapAxis, 2>> read_window(const hdf5::Group& group) {
    if (!group.has_attribute("window")) return std::nullopt;
    const std::vector<std::size_t> n = read_sizes(group, "window", 2 * numbers_an_axis);
    return std::array{MapAxis{n[0], n[1], n[2], n[3], n[4]}, MapAxis{n[5], n[6], n[7], n[8], n[9]}};
}

std::vector<std::size_t> read_inputs(const hdf5::Group& group, const std::vector<MapNode>& before) {
    if (!group.has_attribute("inputs")) return {before.empty() ? map_input : before.size() - 1};
    std::vector<std::size_t> inputs;
    for (const std::string& name : split_lines(group.attribute_as<std::string>("inputs"))) {
        const auto found = std::ranges::find(before, name, &MapNode::name);
        if (!name.empty() && found == before.end()) {
            throw FormatError(group.where() + " attribute 'inputs': there is no '" + name + "' before it");
        }
        inputs.push_back(name.empty() ? map_input : static_cast<std::size_t>(found - before.begin()));
    }
    return inputs;
}

}  // namespace

void write_map(hdf5::Group& node, const MapNode& map) {
    write_map_input(node, map.image);
    if (map.window) {
        std::vector<std::int64_t> numbers;
        for (const MapAxis& axis : *map.window) {
            for (const std::size_t number : {axis.kernel, axis.stride, axis.dilation, axis.before, axis.after})
                numbers.push_back(static_cast<std::int64_t>(number));
        }
        node.set_attribute("window", numbers);
    }
    if (map.ceil_mode) node.set_attribute("ceil_mode", std::int64_t{1});
}

void write_map_input(hdf5::Group& network, const MapImage& image) {
    network.set_attribute("image", sides_of(image));
}

void write_maps(hdf5::Group& network, const MapGraph& maps) {
    write_map_input(network, maps.input);
    for (std::size_t k = 0; k < maps.nodes.size(); ++k) {
        const MapNode& node = maps.nodes[k];
        hdf5::Group group = network.create_group(node.name);
        group.set_attribute("kind", node.kind);
        std::vector<std::string> inputs;
        for (const std::size_t from : node.inputs)
            inputs.push_back(from == map_input ? std::string() : maps.nodes[from].name);
        group.set_attribute("inputs", join(inputs, "\n"));
        write_map(group, node);
    }
}

std::shared_ptr<const MapGraph> read_maps(const hdf5::Group& network, const hdf5::Group& nodes) {
    if (!network.has_attribute("image")) return nullptr;
    auto maps = std::make_shared<MapGraph>();
    maps->input = read_image(network);
    for (const std::string& name : nodes.children()) {
        const hdf5::Group group = nodes.group(name);
        if (!group.has_attribute("image")) continue;  // what only joins heads; nothing that is followed takes it
        MapNode node{name, group.attribute_as<std::string>("kind"), read_inputs(group, maps->nodes), read_image(group),
                     read_window(group)};
        node.ceil_mode = group.has_attribute("ceil_mode") && group.attribute_as<std::int64_t>("ceil_mode") != 0;
        maps->nodes.push_back(std::move(node));
    }
    return maps;
}

}  // namespace espalier::topology
