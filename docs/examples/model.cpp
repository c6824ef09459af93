// A model, from beginning to end: a perceptron beside a single linear layer, their outputs added.
// Source: Cheng et al., "Wide & Deep Learning for Recommender Systems", DLRS 2016.
//
// In the tree, the function stands in src/nn/models/models.cpp and has an entry in the table there; then the
// configuration
// (`model.kind = "wide_and_deep"`), `inspect`, run files and tickets know it, and every method of the registry can thin
// out its three kinds of weights. What a network with branches cannot be combined with, src/config/model_check.cpp
// refuses.
#include <utility>

#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/models/models.hpp>

#include "support.hpp"

namespace espalier::nn {

NetworkSpec wide_and_deep_spec(const ModelChoice& choice, std::size_t inputs, std::size_t outputs) {
    NetworkSpec spec = mlp_spec(choice, inputs, outputs);
    const std::size_t deep = spec.nodes.size() - 1;
    const std::size_t wide = spec.add({.name = "wide",
                                       .kind = "linear",
                                       .outputs = outputs,
                                       .weight = WeightSpec{{outputs, inputs}, 1.0},
                                       .others = outputs},
                                      {network_input});
    spec.add({.name = "sum", .kind = "sum", .outputs = outputs}, {deep, wide});
    return spec;
}

namespace {

using namespace testing;

/// What the network says to a sample of ones.
double output(Network<double>& network) {
    kernels::Activations<double> in(network.inputs(), 1);
    for (std::size_t f = 0; f < network.inputs(); ++f) in.view().row(f)[0] = 1.0;
    Workspace<double> workspace;
    return network.forward(workspace, std::as_const(in).view(), {}).row(0)[0];
}

Network<double> network_of(const NetworkSpec& spec) {
    std::vector<Pattern> patterns;
    for (const auto& shape : spec.weight_shapes()) patterns.push_back(Pattern::full(shape[0], shape[1]));
    return build<double>(spec, std::move(patterns), {});
}

TEST_CASE("example of a model: its output is the sum of both ways", "[examples]") {
    const NetworkSpec spec = wide_and_deep_spec({.hidden = {6}}, 5, 2);
    CHECK(spec.weight_names() == std::vector<std::string>{"fc1", "fc2", "wide"});
    CHECK_FALSE(spec.is_chain());

    Network<double> both = network_of(spec);
    Network<double> deep = network_of(mlp_spec({.hidden = {6}}, 5, 2));  // the same nodes draw the same weights
    double wide = 0.0;
    const auto& weights = both.weight(both.weighted_layers().back())->parameter().values;
    for (std::size_t k = 0; k < 5; ++k) wide += weights[k];  // the first output's
    CHECK(wide != 0.0);
    CHECK(output(both) == Approx(output(deep) + wide));
}

}  // namespace
}  // namespace espalier::nn
