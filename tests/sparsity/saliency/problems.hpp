#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include <boost/random/normal_distribution.hpp>

#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/sparsity/saliency/problem.hpp>

#include "support.hpp"

namespace espalier::testing {

/// A dense network with its problem, as training/plan/initial_network.cpp would make them, over a random batch or
/// several.
struct ScoredNetwork {
    nn::Network<double> network;
    sparsity::SaliencyProblem problem;
};

struct ScoredNetworkOptions {
    std::vector<std::size_t> hidden = {5, 4};
    std::size_t inputs = 6;
    std::size_t classes = 3;
    std::size_t batches = 1;
    std::size_t lanes = 8;
    double density = 0.5;
    nn::ActivationChoice activation = {};
    bool biases = true;
};

inline std::unique_ptr<ScoredNetwork> scored_network(const ScoredNetworkOptions& options, std::uint32_t number = 0) {
    const nn::NetworkSpec spec =
        nn::mlp_spec({options.hidden, options.activation, 0.0}, options.inputs, options.classes);
    nn::BuildOptions building;
    building.seed = test_stream(number)();
    std::vector<Pattern> patterns;
    for (const auto& sides : spec.weight_shapes()) patterns.push_back(Pattern::full(sides[0], sides[1]));
    auto made =
        std::make_unique<ScoredNetwork>(ScoredNetwork{nn::build<double>(spec, std::move(patterns), building), {}});
    made->problem.network = &made->network;
    made->problem.seed = building.seed;
    Stream stream = test_stream(number + 1000);
    boost::random::normal_distribution<double> normal;
    const auto names = spec.weight_names();
    const auto shapes = spec.weight_shapes();
    for (std::size_t l = 0; l < names.size(); ++l) {
        const auto all = static_cast<double>(sparsity::positions(shapes[l]));
        made->problem.layers.push_back(
            {names[l], shapes[l], static_cast<std::size_t>(std::floor(options.density * all + 0.5))});
    }
    for (const std::size_t k : made->network.weighted_layers()) {
        if (!options.biases) continue;
        for (double& bias : made->network.table().of(k)[1].parameter->values) bias = 0.1 * normal(stream);
    }
    for (std::size_t b = 0; b < options.batches; ++b) {
        sparsity::Samples& samples = made->problem.batches.emplace_back();
        samples.inputs.resize(options.inputs, options.lanes);
        for (std::size_t f = 0; f < options.inputs; ++f) {
            for (std::size_t lane = 0; lane < options.lanes; ++lane) {
                samples.inputs.view().row(f)[lane] = normal(stream);
            }
        }
        for (std::size_t lane = 0; lane < options.lanes; ++lane) {
            samples.labels.push_back(static_cast<std::uint32_t>(stream.below(options.classes)));
        }
    }
    return made;
}

inline std::vector<std::vector<double>> weights_of(const sparsity::SaliencyProblem& problem) {
    std::vector<std::vector<double>> all;
    for (const nn::MaskedWeight<double>* weight : problem.weights()) {
        all.emplace_back(weight->parameter().values.begin(), weight->parameter().values.end());
    }
    return all;
}

inline std::size_t edges(const std::vector<Pattern>& masks) {
    std::size_t sum = 0;
    for (const Pattern& mask : masks) sum += mask.edges();
    return sum;
}

}  // namespace espalier::testing
