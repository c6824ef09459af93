#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/graph/chain.hpp>
#include <espalier/topology/graph/tied_units.hpp>

namespace espalier::topology {
namespace {

/// Outputs of all layers, numbered through; sets of those that are one unit.
class UnitSets {
  public:
    explicit UnitSets(const Topology& topology) {
        for (const Layer& layer : topology.layers) {
            first_.push_back(parent_.size());
            parent_.resize(parent_.size() + layer.pattern.rows());
        }
        std::iota(parent_.begin(), parent_.end(), std::size_t{0});
        is_fixed_.assign(parent_.size(), 0);
    }

    std::size_t unit(std::size_t layer, std::size_t output) const { return first_[layer] + output; }

    /// The least of its set.
    std::size_t find(std::size_t unit) {
        while (parent_[unit] != unit) unit = parent_[unit] = parent_[parent_[unit]];
        return unit;
    }
    void tie(std::size_t a, std::size_t b) {
        a = find(a);
        b = find(b);
        parent_[std::max(a, b)] = std::min(a, b);
        is_fixed_[std::min(a, b)] |= is_fixed_[std::max(a, b)];
    }
    void fix(std::size_t unit) { is_fixed_[find(unit)] = 1; }
    bool is_fixed(std::size_t unit) { return is_fixed_[find(unit)] != 0; }
    std::size_t size() const { return parent_.size(); }

  private:
    std::vector<std::size_t> first_;
    std::vector<std::size_t> parent_;
    std::vector<char> is_fixed_;
};

/// What a layer takes: of each unit of the stream before it the set.
struct LayerInputs {
    std::vector<std::size_t> units;  ///< one output each that is this unit; empty: the network's input alone
    std::size_t block = 0;           ///< inputs a unit; 0: a convolution by groups
};

/// Layers that feed layer k; `from_input` says whether the network's input does, too.
std::vector<std::size_t> feeders_of(const Topology& topology, std::size_t k, bool& from_input) {
    const Layer& layer = topology.layers[k];
    from_input = false;
    if (!layer.fed_by) {
        from_input = k == 0;
        return k == 0 ? std::vector<std::size_t>{} : std::vector<std::size_t>{k - 1};
    }
    std::vector<std::size_t> feeders;
    std::string missing;
    for (const std::string& name : *layer.fed_by) {
        const auto end = topology.layers.begin() + static_cast<std::ptrdiff_t>(k);
        const auto found =
            std::find_if(topology.layers.begin(), end, [&](const Layer& other) { return other.name == name; });
        if (found != end) {
            feeders.push_back(static_cast<std::size_t>(found - topology.layers.begin()));
        } else if (name.empty()) {
            from_input = true;
        } else {
            missing = name;
        }
    }
    if (!missing.empty() && k > 0) {
        throw FormatError(topology.label + ": layer '" + layer.name + "' takes what '" + missing +
                          "' gives, which is not among the layers; choose them all with --layers");
    }
    std::ranges::sort(feeders);
    return feeders;
}

/// Groups of a layer that takes so many channels: as it says, or as its shape does.
std::size_t groups_over(const Layer& layer, std::size_t channels) {
    const std::size_t said = std::max(layer.groups, layer.blocks);
    if (said > 1 || !is_convolution(layer.shape) || layer.shape[1] == 0) return said;
    return layer.shape[1] < channels && channels % layer.shape[1] == 0 ? channels / layer.shape[1] : 1;
}

/// Ties what is added before layer k.
LayerInputs stream_before(const Topology& topology, std::size_t k, UnitSets& sets) {
    bool from_input = false;
    const std::vector<std::size_t> feeders = feeders_of(topology, k, from_input);
    LayerInputs stream;
    if (feeders.empty()) return stream;
    const auto outputs = [&](std::size_t l) { return topology.layers[l].pattern.rows(); };
    const std::size_t widest = *std::ranges::max_element(feeders, {}, outputs);
    const std::size_t width = outputs(widest);
    for (std::size_t c = 0; c < width; ++c) stream.units.push_back(sets.unit(widest, c));
    for (const std::size_t feeder : feeders) {
        const std::size_t before = (width - outputs(feeder)) / 2;  // in the middle of the stream
        for (std::size_t i = 0; i < outputs(feeder); ++i) sets.tie(stream.units[before + i], sets.unit(feeder, i));
    }
    if (from_input) {
        for (const std::size_t unit : stream.units) sets.fix(unit);
    }
    const Layer& layer = topology.layers[k];
    if (const std::size_t groups = groups_over(layer, width); groups > 1) {
        const bool is_depthwise = groups == width && outputs(k) == width;
        for (std::size_t c = 0; c < outputs(k); ++c)
            is_depthwise ? sets.tie(stream.units[c], sets.unit(k, c)) : sets.fix(sets.unit(k, c));
        for (std::size_t c = 0; !is_depthwise && c < width; ++c) sets.fix(stream.units[c]);
        if (is_depthwise && layer.blocks > 1) stream.block = require_follows(topology, widest, k);
        return stream;
    }
    stream.block = require_follows(topology, widest, k);
    return stream;
}

/// Where a unit is.
struct UnitPlaces {
    std::vector<std::pair<std::size_t, std::uint32_t>> outputs, inputs;  ///< layer, place there

    /// The sides; units with equal ones are alike.
    std::vector<std::size_t> key() const {
        std::vector<std::size_t> layers;
        for (const auto& place : outputs) layers.push_back(2 * place.first);
        for (const auto& place : inputs) layers.push_back(2 * place.first + 1);
        return layers;
    }
};

}  // namespace

TiedUnits::TiedUnits(const Topology& topology, bool keeps_outputs) {
    UnitSets sets(topology);
    std::vector<char> feeds(topology.layers.size(), 0);
    std::vector<LayerInputs> streams;
    for (std::size_t k = 0; k < topology.layers.size(); ++k) {
        streams.push_back(stream_before(topology, k, sets));
        bool from_input = false;
        for (const std::size_t feeder : feeders_of(topology, k, from_input)) feeds[feeder] = 1;
    }
    std::map<std::size_t, UnitPlaces> units;  // by the set's least output: in the order of layers
    for (std::size_t l = 0; l < topology.layers.size(); ++l) {
        for (std::uint32_t i = 0; i < topology.layers[l].pattern.rows(); ++i) {
            const std::size_t unit = sets.unit(l, i);
            if (keeps_outputs && feeds[l] == 0) sets.fix(unit);  // the network's outputs
            units[sets.find(unit)].outputs.emplace_back(l, i);
        }
    }
    for (std::size_t k = 0; k < streams.size(); ++k) {
        if (streams[k].block == 0) continue;
        for (std::uint32_t c = 0; c < streams[k].units.size(); ++c)
            units[sets.find(streams[k].units[c])].inputs.emplace_back(k, c);
    }
    std::map<std::vector<std::size_t>, std::size_t> known;
    for (const auto& [first, places] : units) {
        if (sets.is_fixed(first)) continue;
        const auto [found, is_new] = known.emplace(places.key(), classes_.size());
        if (is_new) {
            Class& made = classes_.emplace_back();
            for (const auto& place : places.outputs) made.sides.push_back({place.first, false, 1, {}});
            for (const auto& place : places.inputs)
                made.sides.push_back({place.first, true, streams[place.first].block, {}});
        }
        Class& own = classes_[found->second];
        for (std::size_t s = 0; s < places.outputs.size(); ++s) own.sides[s].units.push_back(places.outputs[s].second);
        for (std::size_t s = 0; s < places.inputs.size(); ++s)
            own.sides[places.outputs.size() + s].units.push_back(places.inputs[s].second);
    }
}

}  // namespace espalier::topology
