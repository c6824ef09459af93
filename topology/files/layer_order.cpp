#include <algorithm>
#include <map>
#include <numeric>

#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/layer_order.hpp>
#include <espalier/topology/graph/chain.hpp>

namespace espalier::topology {
namespace {

using Positions = std::vector<std::size_t>;

bool chain_so(const std::vector<LayerOutline>& layers, const Positions& order) {
    for (std::size_t k = 0; k < order.size(); ++k) {
        const auto& shape = layers[order[k]].shape;
        if (shape.empty()) return false;
        if (k > 0 && block_after(layers[order[k - 1]].shape[0], shape) == 0) return false;
    }
    return true;
}

/// Whether the names of each type ascend: what a writer does that knows of no network.
bool is_sorted_by_name(const std::vector<LayerOutline>& layers) {
    std::map<std::string, std::string> last;
    for (const LayerOutline& layer : layers) {
        std::string& before = last[layer.type];
        if (layer.name < before) return false;
        before = layer.name;
    }
    return true;
}

/// "000_fc1": what export and topology files make of names whose order is not that of the layers.
bool are_numbered(const std::vector<LayerOutline>& layers) {
    return std::ranges::all_of(layers, [](const LayerOutline& layer) {
        const std::size_t digits = std::min(layer.name.find_first_not_of("0123456789"), layer.name.size());
        return digits >= 3 && digits < layer.name.size() && layer.name[digits] == '_';
    });
}

std::string first_names(const std::vector<LayerOutline>& layers) {
    std::vector<std::string> names;
    for (const LayerOutline& layer : layers) names.push_back(layer.name);
    return join_some(names, 4);
}

/// "encoder" of "encoder.0.weight", "fc" of "fc1": what layers of one part of a network have in common.
std::string part_of(const std::string& name) {
    const std::string first = name.substr(0, name.find_first_of("./"));
    return first.substr(0, first.find_last_not_of("0123456789_") + 1);
}

/// Of layers in two parts, one after the other, what should be known where the parts chain the other way round, too.
std::string remark_on_parts(const std::vector<LayerOutline>& layers, const Positions& order) {
    const auto in_first = [&](std::size_t k) { return part_of(layers[k].name) == part_of(layers[order[0]].name); };
    const auto second = order.empty() ? order.end() : std::ranges::find_if_not(order, in_first);
    if (second == order.end()) return "";
    const std::string first_part = part_of(layers[order[0]].name);
    const std::string second_part = part_of(layers[*second].name);
    const bool are_two =
        std::all_of(second, order.end(), [&](std::size_t k) { return part_of(layers[k].name) == second_part; });
    Positions turned = order;
    std::rotate(turned.begin(), turned.begin() + (second - order.begin()), turned.end());
    if (!are_two || !chain_so(layers, order) || !chain_so(layers, turned)) return "";
    return "layers are taken in the order of their names, '" + first_part + "' before '" + second_part +
           "'; the other way round they would chain, too, which --layers '" + second_part + "*," + first_part +
           "*' takes";
}

LayerOrder by_names(const std::vector<LayerOutline>& layers, Positions natural) {
    std::string remark = are_numbered(layers) ? "" : remark_on_parts(layers, natural);
    return {std::move(natural), std::move(remark)};
}

}  // namespace

LayerOrder choose_order(const std::vector<LayerOutline>& layers) {
    Positions file(layers.size());
    std::iota(file.begin(), file.end(), std::size_t{0});
    Positions natural = file;
    std::ranges::stable_sort(
        natural, [&](std::size_t a, std::size_t b) { return natural_less(layers[a].name, layers[b].name); });
    if (natural == file || are_numbered(layers) || !chain_so(layers, file)) return by_names(layers, std::move(natural));
    const bool chains_naturally = chain_so(layers, natural);
    if (chains_naturally && is_sorted_by_name(layers)) return by_names(layers, std::move(natural));
    return {std::move(file),
            "layers are taken in the order of the file, " + first_names(layers) + " (in that of their names they " +
                (chains_naturally ? "would chain, too" : "would not chain") + "); --layers chooses another"};
}

}  // namespace espalier::topology
