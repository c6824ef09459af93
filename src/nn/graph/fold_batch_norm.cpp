#include <algorithm>
#include <cmath>

#include <espalier/kernels/normalise.hpp>
#include <espalier/nn/graph/fold_batch_norm.hpp>

namespace espalier::nn {
namespace {

/// Of each node the one whose weights take it in, or itself.
std::vector<std::size_t> folded_into(const NetworkSpec& spec) {
    std::vector<std::size_t> readers(spec.nodes.size(), 0);
    for (const NodeSpec& node : spec.nodes) {
        for (const std::size_t input : node.inputs) {
            if (input != network_input) ++readers[input];
        }
    }
    std::vector<std::size_t> into;
    for (std::size_t k = 0; k < spec.nodes.size(); ++k) {
        const std::size_t before = spec.nodes[k].inputs.front();
        const bool folds = spec.nodes[k].kind == "batch_norm" && before != network_input && spec.nodes[before].weight &&
                           readers[before] == 1;
        into.push_back(folds ? before : k);
    }
    return into;
}

template <class T>
const Parameter<T>* array_of(const Network<T>& network, std::size_t node, const std::string& name) {
    for (const ParameterEntry<T>& entry : network.table().of(node)) {
        if (entry.parameter->name == name) return entry.parameter;
    }
    return nullptr;
}

/// y = factor * x + constant for each channel.
struct Affine {
    std::vector<double> factors, constants;
};

template <class T>
Affine affine_of(const Network<T>& network, std::size_t norm) {
    Affine affine;
    const auto& scale = array_of(network, norm, "weight")->values;
    const auto& shift = array_of(network, norm, "bias")->values;
    const auto& mean = array_of(network, norm, "running_mean")->values;
    const auto& variance = array_of(network, norm, "running_var")->values;
    for (std::size_t c = 0; c < scale.size(); ++c) {
        const double factor =
            static_cast<double>(scale[c]) / std::sqrt(static_cast<double>(variance[c]) + kernels::normalise_epsilon);
        affine.factors.push_back(factor);
        affine.constants.push_back(static_cast<double>(shift[c]) - static_cast<double>(mean[c]) * factor);
    }
    return affine;
}

template <class T>
void apply(const Affine& affine, MaskedWeight<T>& weight, Parameter<T>& bias) {
    const Pattern& pattern = weight.pattern();
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        const std::size_t end = row + 1 < pattern.rows() ? pattern.row_begin(row + 1) : pattern.edges();
        for (std::size_t k = pattern.row_begin(row); k < end; ++k) {
            T& value = weight.parameter().values[k];
            value = static_cast<T>(static_cast<double>(value) * affine.factors[row]);
        }
        bias.values[row] =
            static_cast<T>(static_cast<double>(bias.values[row]) * affine.factors[row] + affine.constants[row]);
    }
}

}  // namespace

template <class T>
Network<T> fold_batch_norms(const NetworkSpec& spec, const Network<T>& network, const BuildOptions& options) {
    const std::vector<std::size_t> into = folded_into(spec);
    NetworkSpec folded = spec;
    folded.nodes.clear();
    std::vector<std::size_t> place(spec.nodes.size());  // of each node in the folded network
    std::vector<std::size_t> norm_of(spec.nodes.size(), network_input);
    std::vector<Pattern> patterns;
    for (std::size_t k = 0; k < spec.nodes.size(); ++k) {
        if (into[k] != k) {
            place[k] = place[into[k]];
            norm_of[into[k]] = k;
            folded.nodes[place[k]].others = spec.nodes[into[k]].weight->rows();  // it has a bias now
            continue;
        }
        place[k] = folded.nodes.size();
        folded.nodes.push_back(spec.nodes[k]);
        for (std::size_t& input : folded.nodes.back().inputs) {
            if (input != network_input) input = place[input];
        }
        if (const MaskedWeight<T>* weight = network.weight(k)) patterns.push_back(weight->pattern());
    }
    Network<T> made = build<T>(folded, std::move(patterns), options);
    for (std::size_t k = 0; k < spec.nodes.size(); ++k) {
        if (into[k] != k) continue;
        for (const ParameterEntry<T>& entry : made.table().of(place[k])) {
            const Parameter<T>* from =
                entry.weight != nullptr ? &network.weight(k)->parameter() : array_of(network, k, entry.parameter->name);
            if (from != nullptr) {
                std::ranges::copy(from->values, entry.parameter->values.begin());
            } else {
                std::ranges::fill(entry.parameter->values, T(0));
            }
        }
        if (norm_of[k] == network_input) continue;
        for (const ParameterEntry<T>& entry : made.table().of(place[k])) {
            if (entry.weight == nullptr)
                apply(affine_of(network, norm_of[k]), *made.weight(place[k]), *entry.parameter);
        }
    }
    return made;
}

template Network<float> fold_batch_norms(const NetworkSpec&, const Network<float>&, const BuildOptions&);
template Network<double> fold_batch_norms(const NetworkSpec&, const Network<double>&, const BuildOptions&);

}  // namespace espalier::nn
