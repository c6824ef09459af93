#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <espalier/page/kernels.hpp>

namespace espalier::page {
namespace {

using topology::Layer;

std::size_t blocks(std::size_t count, std::size_t block) {
    return (count + block - 1) / block;
}

/// The kernels of one output channel: how many weights each keeps.
void count_kept(const Layer& layer, std::size_t output, std::size_t places, std::vector<std::uint32_t>& kept) {
    std::ranges::fill(kept, 0U);
    for (const std::uint32_t column : layer.pattern.row(output)) ++kept[column / places];
}

/// Sums of kept weights become shares in percent, of the weights that each block has; never 0 where there is one.
void put_shares(KernelMap& map) {
    const std::size_t across = blocks(map.inputs, map.input_block);
    for (std::size_t k = 0; k < map.cells.size(); ++k) {
        const std::size_t first_output = k / across * map.output_block;
        const std::size_t first_input = k % across * map.input_block;
        const std::size_t kernels = std::min(map.output_block, map.outputs - first_output) *
                                    std::min(map.input_block, map.inputs - first_input);
        const double share = static_cast<double>(map.cells[k]) / static_cast<double>(kernels * map.places);
        if (map.cells[k] > 0) map.cells[k] = static_cast<std::uint32_t>(std::max(1L, std::lround(100.0 * share)));
    }
}

/// Of so many maps, the cells along a side.
std::size_t side_of_maps(std::size_t maps) {
    const double fitting = std::sqrt(static_cast<double>(most_kernel_cells) / static_cast<double>(maps));
    return std::clamp(static_cast<std::size_t>(fitting), least_kernel_side, most_kernel_side);
}

std::string block_text(const KernelMap& map) {
    return " A cell stands for " + std::to_string(map.output_block) + " x " + std::to_string(map.input_block) +
           " kernels.";
}

/// Which channels take no part.
std::string dead_text(const KernelMap& map) {
    const std::string outputs = map.dead_outputs == 0
                                    ? "No output channel is dead"
                                    : fmt::format("{} of {} output channels {} dead", map.dead_outputs, map.outputs,
                                                  map.dead_outputs == 1 ? "is" : "are");
    const std::string inputs = map.dead_inputs == 0
                                   ? "every input channel is read"
                                   : fmt::format("{} of {} input channels {} read by no kernel", map.dead_inputs,
                                                 map.inputs, map.dead_inputs == 1 ? "is" : "are");
    return outputs + ", " + inputs + ".";
}

Json kernel_map_json(const KernelMap& map) {
    return {{"outputs", map.outputs},           {"inputs", map.inputs},           {"places", map.places},
            {"output_block", map.output_block}, {"input_block", map.input_block}, {"cells", map.cells},
            {"seen", kernels_sentence(map)}};
}

/// Places of the convolutions among the layers.
std::vector<std::size_t> convolutions_of(const topology::Topology& network) {
    std::vector<std::size_t> places;
    for (std::size_t k = 0; k < network.layers.size(); ++k) {
        if (topology::is_convolution(network.layers[k].shape)) places.push_back(k);
    }
    return places;
}

void note_blocks(const std::vector<std::string>& names, std::size_t side, std::vector<std::string>& left_out) {
    if (names.empty()) return;
    constexpr std::size_t most_named = 3;
    std::vector<std::string> named(names.begin(),
                                   names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), most_named)));
    if (names.size() > most_named) named.push_back(std::to_string(names.size() - most_named) + " more");
    left_out.push_back("single kernels of " + and_text(named) + ": maps have up to " + std::to_string(side) + " x " +
                       std::to_string(side) + " cells, each of which stands for a block of them");
}

}  // namespace

KernelMap kernel_map(const Layer& layer, std::size_t most_side) {
    KernelMap map{.name = plain_layer_name(layer.name),
                  .outputs = layer.shape[0],
                  .inputs = layer.shape[1],
                  .places = topology::window_places(layer.shape)};
    map.output_block = std::max<std::size_t>(blocks(map.outputs, most_side), 1);
    map.input_block = std::max<std::size_t>(blocks(map.inputs, most_side), 1);
    const std::size_t across = blocks(map.inputs, map.input_block);
    map.cells.assign(blocks(map.outputs, map.output_block) * across, 0);
    std::vector<std::uint32_t> kept(map.inputs);
    std::vector<char> is_read(map.inputs, 0);
    for (std::size_t output = 0; output < map.outputs; ++output) {
        count_kept(layer, output, map.places, kept);
        for (std::size_t input = 0; input < map.inputs; ++input) {
            map.cells[output / map.output_block * across + input / map.input_block] += kept[input];
            map.empty += kept[input] == 0;
            map.full += kept[input] == map.places;
            if (kept[input] > 0) is_read[input] = 1;
        }
        map.dead_outputs += layer.pattern.row(output).empty();
    }
    map.dead_inputs = static_cast<std::size_t>(std::ranges::count(is_read, 0));
    if (map.kernels() > 0)
        map.mean_kept = static_cast<double>(layer.pattern.edges()) / static_cast<double>(map.kernels());
    if (map.is_binned()) put_shares(map);
    return map;
}

std::string kernels_sentence(const KernelMap& map) {
    if (map.kernels() == 0) return map.name + " has no kernels.";
    const auto share = [&](std::size_t count) {
        return share_text(static_cast<double>(count) / static_cast<double>(map.kernels()));
    };
    const std::string kept = fmt::format("{:.2g} of {} weights", map.mean_kept, map.places);
    const std::string text = "Of the " + count_text(map.kernels(), "kernel") + " of " + map.name + ", " +
                             share(map.empty) + " are empty and " + share(map.full) + " full; one keeps " + kept +
                             " on average. " + dead_text(map);
    return map.is_binned() ? text + block_text(map) : text;
}

Json kernels_json(const Course& course, const std::vector<std::size_t>& chosen, std::vector<std::string>& left_out) {
    const std::vector<std::size_t> places = convolutions_of(course.last().front());
    if (places.empty() || chosen.empty()) return nullptr;
    const std::size_t side = side_of_maps(places.size() * chosen.size());
    Json json = {{"runs", Json::array()}, {"layers", Json::array()}, {"maps", Json::array()}};
    std::vector<std::string> binned;
    for (const std::size_t run : chosen) {
        Json maps = Json::array();
        for (const std::size_t place : places) {
            const KernelMap map = kernel_map(course.last()[run].layers[place], side);
            const bool is_first = run == chosen.front();
            if (is_first) json["layers"].push_back(map.name);
            if (is_first && map.is_binned()) binned.push_back(map.name);
            maps.push_back(kernel_map_json(map));
        }
        json["runs"].push_back(course.runs[run]);
        json["maps"].push_back(std::move(maps));
    }
    note_blocks(binned, side, left_out);
    return json;
}

}  // namespace espalier::page
