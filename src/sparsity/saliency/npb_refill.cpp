#include <algorithm>
#include <tuple>

#include <espalier/sparsity/saliency/channel_graph.hpp>
#include <espalier/sparsity/saliency/npb.hpp>

namespace espalier::sparsity {
namespace {

using Neurons = std::vector<bool>;

/// Which units a layer takes and gives lie on a path from input to output; over channels, not pixels.
struct UnitsOnPaths {
    Neurons inputs, outputs;
};

/// What a unit of a node means for those behind or before it: calls pair(unit before, unit of the node).
template <class Pair>
void for_pairs(const ChannelNode& node, const Pattern* mask, std::size_t units_before, const Pair& pair) {
    if (node.kind == ChannelNode::Kind::weight) {
        for (std::size_t row = 0; row < mask->rows(); ++row) {
            for (const std::uint32_t col : mask->row(row)) pair(node.input_unit(row, col), row);
        }
        return;
    }
    for (std::size_t unit = 0; unit < units_before; ++unit) {
        for (std::size_t pixel = 0; pixel < node.pixels; ++pixel) pair(unit, unit * node.pixels + pixel + node.before);
    }
}

std::vector<UnitsOnPaths> units_on_paths(const ChannelGraph& graph, const std::vector<Pattern>& masks) {
    const std::size_t nodes = graph.nodes.size();
    const Neurons of_input(graph.inputs, true);
    std::vector<Neurons> reached, leads(nodes);
    const auto before = [&](std::size_t input) -> const Neurons& {
        return input == nn::network_input ? of_input : reached[input];
    };
    const auto mask_of = [&](const ChannelNode& node) {
        return node.kind == ChannelNode::Kind::weight ? &masks[node.layer] : nullptr;
    };
    for (const ChannelNode& node : graph.nodes) {
        Neurons units(node.units, false);
        for (const std::size_t input : node.inputs) {
            for_pairs(node, mask_of(node), before(input).size(),
                      [&](std::size_t from, std::size_t to) { units[to] = units[to] || before(input)[from]; });
        }
        reached.push_back(std::move(units));
    }
    for (std::size_t k = 0; k < nodes; ++k) leads[k].assign(graph.nodes[k].units, k + 1 == nodes);
    std::vector<UnitsOnPaths> layers(masks.size());
    for (std::size_t k = nodes; k-- > 0;) {
        const ChannelNode& node = graph.nodes[k];
        for (const std::size_t input : node.inputs) {
            Neurons lead_on(before(input).size(), false);
            for_pairs(node, mask_of(node), lead_on.size(), [&](std::size_t from, std::size_t to) {
                if (leads[k][to]) lead_on[from] = true;
            });
            for (std::size_t unit = 0; input != nn::network_input && unit < lead_on.size(); ++unit)
                if (lead_on[unit]) leads[input][unit] = true;
        }
    }
    for (std::size_t k = 0; k < nodes; ++k) {
        const ChannelNode& node = graph.nodes[k];
        if (node.kind != ChannelNode::Kind::weight) continue;
        const std::size_t input = node.inputs.front();
        UnitsOnPaths& layer = layers[node.layer];
        layer.inputs = before(input);
        if (input != nn::network_input) {
            for (std::size_t unit = 0; unit < layer.inputs.size(); ++unit)
                layer.inputs[unit] = layer.inputs[unit] && leads[input][unit];
        } else {
            Neurons lead_on(layer.inputs.size(), false);
            for (const std::size_t reader : graph.readers) {
                for_pairs(graph.nodes[reader], mask_of(graph.nodes[reader]), lead_on.size(),
                          [&](std::size_t from, std::size_t to) {
                              if (leads[reader][to]) lead_on[from] = true;
                          });
            }
            layer.inputs = lead_on;
        }
        layer.outputs = reached[k];
        for (std::size_t unit = 0; unit < layer.outputs.size(); ++unit)
            layer.outputs[unit] = layer.outputs[unit] && leads[k][unit];
    }
    return layers;
}

struct Absent {
    bool on_paths;
    std::size_t degree;
    std::uint32_t tie;
    std::size_t position;
    auto key() const { return std::tie(on_paths, degree, tie, position); }
};

/// One layer's positions: those on paths, and absent ones in the order in which they are filled.
class Refill {
  public:
    Refill(const ChannelNode& node, const Pattern& mask, const Neurons& inputs, const Neurons& outputs, Stream stream)
        : rows_(mask.rows()), cols_(mask.cols()), kept_(mask.positions(), false) {
        std::vector<std::size_t> of_input(inputs.size(), 0);
        std::vector<std::size_t> of_output(rows_, 0);
        for (std::size_t row = 0; row < rows_; ++row) {
            for (const std::uint32_t col : mask.row(row)) {
                const std::size_t unit = node.input_unit(row, col);
                if (!inputs[unit] || !outputs[row]) continue;
                kept_[row * cols_ + col] = true;
                ++of_input[unit];
                ++of_output[row];
            }
        }
        for (std::size_t k = 0; k < kept_.size(); ++k) {
            if (kept_[k]) continue;
            const std::size_t row = k / cols_;
            const std::size_t unit = node.input_unit(row, k % cols_);
            const bool on_paths = inputs[unit] && outputs[row];
            absent_.push_back({on_paths, on_paths ? of_input[unit] + of_output[row] : 0, stream(), k});
            on_paths_ += on_paths ? 1 : 0;
        }
        std::ranges::sort(absent_, [](const Absent& a, const Absent& b) { return a.key() > b.key(); });
    }

    std::size_t kept() const { return kept_.size() - (absent_.size() - next_); }

    /// Fills up to `count` of the absent positions, all or those between neurons on paths; returns how many it filled.
    std::size_t fill(std::size_t count, bool anywhere) {
        const std::size_t end = std::min((anywhere ? absent_.size() : on_paths_), next_ + count);
        const std::size_t begin = next_;
        for (; next_ < end; ++next_) kept_[absent_[next_].position] = true;
        return next_ - begin;
    }

    Pattern mask() const {
        std::vector<std::uint64_t> flat;
        for (std::size_t k = 0; k < kept_.size(); ++k) {
            if (kept_[k]) flat.push_back(k);
        }
        if (flat.size() == kept_.size()) return Pattern::full(rows_, cols_);
        return Pattern::from_flat(rows_, cols_, flat);
    }

  private:
    std::size_t rows_, cols_;
    std::vector<bool> kept_;
    std::vector<Absent> absent_;
    std::size_t on_paths_ = 0;
    std::size_t next_ = 0;
};

}  // namespace

std::vector<Pattern> with_all_on_paths(const SaliencyProblem& problem, std::vector<Pattern> masks) {
    const nn::NetworkSpec spec = spec_of(problem);
    const ChannelGraph graph(spec);
    const std::vector<UnitsOnPaths> on_paths = units_on_paths(graph, masks);
    if (std::ranges::count(on_paths.back().outputs, true) == 0) return masks;  // no path at all: nothing to build on
    const std::vector<std::size_t> weighted = spec.weighted();
    std::vector<Refill> layers;
    std::size_t homeless = 0;
    for (std::size_t l = 0; l < masks.size(); ++l) {
        const bool left_out = problem.layers[l].left_out;
        const Neurons inputs = left_out ? Neurons(on_paths[l].inputs.size(), true) : on_paths[l].inputs;
        const Neurons outputs = left_out ? Neurons(masks[l].rows(), true) : on_paths[l].outputs;
        layers.emplace_back(graph.nodes[weighted[l]], masks[l], inputs, outputs,
                            Stream(problem.seed, Purpose::mask_init, static_cast<std::uint32_t>(l), 3));
        homeless += masks[l].edges() - layers.back().kept();
        homeless -= layers.back().fill(homeless, false);
    }
    for (const bool anywhere : {false, true}) {
        for (Refill& layer : layers) homeless -= layer.fill(homeless, anywhere);
    }
    for (std::size_t l = 0; l < masks.size(); ++l) masks[l] = layers[l].mask();
    return masks;
}

}  // namespace espalier::sparsity
