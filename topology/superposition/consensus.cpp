#include <cmath>

#include <espalier/topology/superposition/combine.hpp>
#include <espalier/topology/superposition/consensus.hpp>
#include <espalier/topology/superposition/merged_layer.hpp>

namespace espalier::topology {
namespace {

using Kind = ValueRule::Kind;

struct Held {
    std::size_t member;
    float value;
};

float sum_over(std::span<const Held> held, std::size_t count) {
    double sum = 0;
    for (const Held& one : held) sum += one.value;
    return static_cast<float>(sum / static_cast<double>(count));
}

float value_of(std::span<const Held> held, std::size_t members, const Consensus& wanted) {
    switch (wanted.values) {
        case Kind::mean_present:
            return sum_over(held, held.size());
        case Kind::mean_all:
            return sum_over(held, members);
        case Kind::first:
            return held.front().value;
        case Kind::largest:
            return std::ranges::max_element(held, {}, [](const Held& one) { return std::abs(one.value); })->value;
        case Kind::reference:
            break;
    }
    const auto found = std::ranges::find(held, wanted.reference, &Held::member);
    return found == held.end() ? 0 : found->value;
}

Layer agreed_layer(const std::vector<const Layer*>& layers, const Consensus& wanted) {
    return merged_layer(layers, [&](std::span<const Kept> kept) -> std::optional<float> {
        if (kept.size() < wanted.needed) return std::nullopt;
        thread_local std::vector<Held> held;
        held.clear();
        for (const Kept& at : kept) held.push_back({at.member, layers[at.member]->values[at.edge]});
        return value_of(held, layers.size(), wanted);
    });
}

}  // namespace

const std::vector<ValueRule>& value_rules() {
    static const std::vector<ValueRule> rules = {
        {{"mean_present", "mean over the tickets that have the weight", ""}, Kind::mean_present},
        {{"mean_all", "mean over all tickets, absent weights counting as 0", ""}, Kind::mean_all},
        {{"first", "of the first ticket that has it", ""}, Kind::first},
        {{"largest", "the one of largest magnitude", ""}, Kind::largest},
        {{"reference", "of the target; 0 where it lacks the weight", ""}, Kind::reference},
    };
    return rules;
}

const ValueRule& value_rule(std::string_view name) {
    return find_named(value_rules(), name, "rule for values");
}

std::size_t needed_of(double share, std::size_t members) {
    if (!(share > 0 && share <= 1)) {
        throw ConfigError("share " + std::to_string(share) + " must lie above 0 and at most at 1");
    }
    // 0.3 of 10 is 3, not the 4 that the last bits of the product would make of it.
    return static_cast<std::size_t>(std::ceil(share * static_cast<double>(members) * (1 - 1e-12)));
}

StoredNetwork consensus(Members members, const Consensus& wanted) {
    require_members(members);
    if (wanted.needed > members.size() || wanted.reference >= members.size()) {
        throw FormatError("a consensus of " + std::to_string(wanted.needed) + " and values of ticket " +
                          std::to_string(wanted.reference) + ", but there are " + std::to_string(members.size()));
    }
    const StoredNetwork& first = *members.front();
    StoredNetwork agreed{{.label = first.topology.label, .layers = {}, .source = first.topology.source}, {}};
    for (std::size_t l = 0; l < first.topology.layers.size(); ++l) {
        agreed.topology.layers.push_back(agreed_layer(layers_of(members, l), wanted));
    }
    agreed.parameters = merged_parameters(members, [&](std::span<const float> values) {
        std::vector<Held> held;
        for (std::size_t m = 0; m < values.size(); ++m) held.push_back({m, values[m]});
        return value_of(held, values.size(), wanted);
    });
    return agreed;
}

}  // namespace espalier::topology
