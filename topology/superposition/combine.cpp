#include <espalier/base/text/error.hpp>
#include <espalier/topology/superposition/combine.hpp>
#include <espalier/topology/superposition/merged_layer.hpp>

namespace espalier::topology {
namespace {

struct Terms {
    std::vector<const StoredNetwork*> members;
    std::vector<double> coefficients;
};

Terms without_zeros(Members members, std::span<const double> coefficients) {
    if (members.size() != coefficients.size()) {
        throw FormatError(std::to_string(members.size()) + " tickets, but " + std::to_string(coefficients.size()) +
                          " coefficients");
    }
    Terms terms;
    for (std::size_t m = 0; m < members.size(); ++m) {
        if (coefficients[m] == 0) continue;
        terms.members.push_back(members[m]);
        terms.coefficients.push_back(coefficients[m]);
    }
    return terms;
}

/// Named as the first, whether it has a part in the numbers or not; without layers yet.
StoredNetwork named_as(const StoredNetwork& first) {
    return {{.label = first.topology.label, .layers = {}, .source = first.topology.source}, {}};
}

/// Mean of what is there; the number of members does not matter.
float mean_value(std::span<const float> values) {
    double sum = 0;
    for (const float value : values) sum += value;
    return static_cast<float>(sum / static_cast<double>(values.size()));
}

}  // namespace

std::vector<StoredParameter> merged_parameters(Members members, const Merge& merge) {
    std::vector<StoredParameter> parameters = members.front()->parameters;
    std::vector<float> numbers(members.size());
    for (std::size_t p = 0; p < parameters.size(); ++p) {
        for (std::size_t k = 0; k < parameters[p].values.size(); ++k) {
            for (std::size_t m = 0; m < members.size(); ++m) numbers[m] = members[m]->parameters[p].values[k];
            parameters[p].values[k] = merge(numbers);
        }
    }
    return parameters;
}

StoredNetwork combine(Members members, std::span<const double> coefficients) {
    require_members(members);
    const Terms terms = without_zeros(members, coefficients);
    if (terms.members.empty()) throw FormatError("all coefficients are 0");
    StoredNetwork sum = named_as(*members.front());
    for (std::size_t l = 0; l < members.front()->topology.layers.size(); ++l) {
        const std::vector<const Layer*> layers = layers_of(terms.members, l);
        sum.topology.layers.push_back(merged_layer(layers, [&](std::span<const Kept> kept) {
            double value = 0;
            for (const Kept& at : kept) value += terms.coefficients[at.member] * layers[at.member]->values[at.edge];
            return std::optional(static_cast<float>(value));
        }));
    }
    sum.parameters = merged_parameters(terms.members, [&](std::span<const float> values) {
        double value = 0;
        for (std::size_t m = 0; m < values.size(); ++m) value += terms.coefficients[m] * values[m];
        return static_cast<float>(value);
    });
    return sum;
}

StoredNetwork mean_of(Members members) {
    const std::vector<double> coefficients(members.size(), 1.0 / static_cast<double>(members.size()));
    return combine(members, coefficients);
}

StoredNetwork mean_of_present(Members members) {
    require_members(members);
    StoredNetwork average = named_as(*members.front());
    for (std::size_t l = 0; l < members.front()->topology.layers.size(); ++l) {
        const std::vector<const Layer*> layers = layers_of(members, l);
        average.topology.layers.push_back(merged_layer(layers, [&](std::span<const Kept> kept) {
            double sum = 0;
            for (const Kept& at : kept) sum += layers[at.member]->values[at.edge];
            return std::optional(static_cast<float>(sum / static_cast<double>(kept.size())));
        }));
    }
    average.parameters = merged_parameters(members, mean_value);
    return average;
}

}  // namespace espalier::topology
