#include <espalier/base/text/error.hpp>
#include <espalier/kernels/loss.hpp>
#include <espalier/nn/graph/network.hpp>
#include <espalier/nn/layers/batch_norm_layer.hpp>
#include <espalier/nn/layers/dropout_layer.hpp>
#include <espalier/nn/layers/layer_norm_layer.hpp>
#include <espalier/nn/layers/leaky_relu_layer.hpp>
#include <espalier/nn/layers/linear.hpp>
#include <espalier/nn/layers/srelu_layer.hpp>
#include <espalier/nn/layers/sum_layer.hpp>

#include "nn/gradient_check.hpp"
#include "nn/node_list.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

/// Every kind of layer, in place and not, in one chain.
Network<double> mixed_network(Stream& stream) {
    NodeList<double> nodes;
    nodes.add(std::make_unique<Linear<double>>("fc1", random_pattern(12, 8, 0.5, stream)));
    nodes.add(std::make_unique<LeakyRelu<double>>("relu1", "relu", 12, 0.0));
    nodes.add(std::make_unique<Dropout<double>>("drop1", 12, 0.3, 2));
    nodes.add(std::make_unique<Linear<double>>("fc2", random_pattern(10, 12, 0.5, stream)));
    nodes.add(std::make_unique<LeakyRelu<double>>("all2", "all_relu", 10, -0.6));
    nodes.add(std::make_unique<Linear<double>>("fc3", Pattern::full(9, 10)));
    nodes.add(std::make_unique<Srelu<double>>("srelu3", 9));
    nodes.add(std::make_unique<Linear<double>>("fc4", random_pattern(4, 9, 0.6, stream)));
    Network<double> network = nodes.network();
    for (std::size_t k = 0; k < network.size(); ++k) randomise(network.layer(k), stream);
    return network;
}

/// A stream of ten features that two blocks add to, one with each normalisation; the second adds the stream to itself
/// too.
Network<double> residual_network(Stream& stream) {
    NodeList<double> nodes;
    const auto linear = [&](const char* name, std::size_t outputs, std::size_t inputs) {
        return std::make_unique<Linear<double>>(name, random_pattern(outputs, inputs, 0.6, stream));
    };
    const std::size_t stem = nodes.add(linear("stem", 10, 8));
    nodes.add(std::make_unique<BatchNorm<double>>("block1.norm", 10));
    nodes.add(linear("block1.fc1", 7, 10));
    nodes.add(std::make_unique<LeakyRelu<double>>("block1.relu", "relu", 7, 0.0));
    const std::size_t first = nodes.add(linear("block1.fc2", 10, 7));
    const std::size_t sum = nodes.add(std::make_unique<Sum<double>>("block1.sum", 10, 2), {first, stem});
    nodes.add(std::make_unique<LayerNorm<double>>("block2.norm", 10));
    nodes.add(linear("block2.fc1", 6, 10));
    nodes.add(std::make_unique<LeakyRelu<double>>("block2.all", "all_relu", 6, -0.6));
    nodes.add(std::make_unique<Dropout<double>>("block2.dropout", 6, 0.3, 9));
    const std::size_t second = nodes.add(linear("block2.fc2", 10, 6));
    nodes.add(std::make_unique<Sum<double>>("block2.sum", 10, 4), {second, sum, sum, stem});
    // Two read the ReLU, one of them no linear layer: neither may do its backward pass for it.
    const std::size_t relu = nodes.add(std::make_unique<LeakyRelu<double>>("relu", "relu", 10, 0.1));
    const std::size_t mixed = nodes.add(linear("mix", 10, 10), {relu});
    nodes.add(std::make_unique<Sum<double>>("joined", 10, 2), {mixed, relu});
    nodes.add(linear("head", 4, 10));
    Network<double> network = nodes.network();
    for (std::size_t k = 0; k < network.size(); ++k) randomise(network.layer(k), stream);
    for (const std::size_t k : {1U}) network.table().of(k)[3].parameter->values.assign(10, 0.7);  // a variance
    return network;
}

double loss_of(Network<double>& network, const kernels::Activations<double>& in,
               const std::vector<std::uint32_t>& labels) {
    Workspace<double> workspace;
    const auto logits = network.forward(workspace, in.view(), {true, 1, 1});
    return kernels::softmax_cross_entropy<double>(logits, labels, {}).loss / static_cast<double>(labels.size());
}

}  // namespace

TEST_CASE("network: the loss's gradient through every kind of layer, with and without kept gradients", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const bool is_chain = GENERATE(true, false);
    Network<double> network = is_chain ? mixed_network(stream) : residual_network(stream);
    const auto in = random_activations<double>(8, 13, stream);
    std::vector<std::uint32_t> labels;
    for (int k = 0; k < 13; ++k) labels.push_back(static_cast<std::uint32_t>(stream.below(4)));
    for (const bool keep : {false, true}) {
        Workspace<double> workspace;
        workspace.keep_gradients = keep;
        const auto logits = network.forward(workspace, in.view(), {true, 1, 1});
        kernels::softmax_cross_entropy<double>(logits, labels, network.output_gradient(workspace));
        network.backward(workspace, {true, 1, 1});
        double worst = 0.0;
        for (Parameter<double>* parameter : network.table().trained()) {
            for (std::size_t k = 0; k < parameter->values.size(); ++k) {
                double& x = parameter->values[k];
                const double before = x;
                x = before + 1e-6;
                const double up = loss_of(network, in, labels);
                x = before - 1e-6;
                const double down = loss_of(network, in, labels);
                x = before;
                worst = std::max(worst, std::abs(parameter->gradient[k] - (up - down) / 2e-6));
            }
        }
        CHECK(worst <= gradient_tolerance);
    }
}

namespace {

/// The network's input has four readers, one of which takes it twice.
Network<double> wide_reading_network(Stream& stream) {
    NodeList<double> nodes;
    const auto linear = [&](const char* name) {
        return std::make_unique<Linear<double>>(name, random_pattern(8, 8, 0.6, stream));
    };
    const std::size_t first = nodes.add(linear("first"), {network_input});
    const std::size_t norm = nodes.add(std::make_unique<BatchNorm<double>>("norm", 8), {network_input});
    const std::size_t twice = nodes.add(std::make_unique<Sum<double>>("twice", 8, 2), {network_input, network_input});
    const std::size_t second = nodes.add(linear("second"), {twice});
    const std::size_t relu = nodes.add(std::make_unique<LeakyRelu<double>>("relu", "relu", 8, 0.1), {second});
    nodes.add(std::make_unique<Sum<double>>("sum", 8, 4), {first, norm, relu, network_input});
    nodes.add(std::make_unique<Linear<double>>("head", Pattern::full(4, 8)));
    Network<double> network = nodes.network();
    for (std::size_t k = 0; k < network.size(); ++k) randomise(network.layer(k), stream);
    network.table().of(norm)[3].parameter->values.assign(8, 0.7);  // a variance
    return network;
}

}  // namespace

TEST_CASE("network: the gradient at the input is that of what evaluation computes", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const int which = GENERATE(0, 1, 2);
    Network<double> network = which == 0   ? mixed_network(stream)
                              : which == 1 ? residual_network(stream)
                                           : wide_reading_network(stream);
    if (which == 1) network.table().of(1)[3].parameter->values.assign(10, 0.7);
    auto in = random_activations<double>(8, 13, stream);
    std::vector<std::uint32_t> labels;
    for (int k = 0; k < 13; ++k) labels.push_back(static_cast<std::uint32_t>(stream.below(4)));
    const Pass evaluating{.training = true, .without_noise = true, .running_statistics = true};
    const auto loss = [&] {
        Workspace<double> workspace;
        const auto logits = network.forward(workspace, in.view(), {});
        return kernels::softmax_cross_entropy<double>(logits, labels, {}).loss / static_cast<double>(labels.size());
    };
    for (const bool keep : {false, true}) {
        Workspace<double> workspace;
        workspace.keep_gradients = keep;
        workspace.wants_input_gradient = true;
        double worst = 0.0;
        for (int pass = 0; pass < 2; ++pass) {  // the second finds memory as the first has left it
            const auto logits = network.forward(workspace, std::as_const(in).view(), evaluating);
            kernels::softmax_cross_entropy<double>(logits, labels, network.output_gradient(workspace));
            network.backward(workspace, evaluating);
        }
        const auto gradient = network.input_gradient(workspace);
        for (std::size_t f = 0; f < 8; ++f) {
            for (std::size_t lane = 0; lane < 13; ++lane) {
                double& x = in.view().row(f)[lane];
                const double before = x;
                x = before + 1e-6;
                const double up = loss();
                x = before - 1e-6;
                const double down = loss();
                x = before;
                worst = std::max(worst, std::abs(gradient.row(f)[lane] - (up - down) / 2e-6));
            }
        }
        CHECK(worst <= gradient_tolerance);
    }
}

TEST_CASE("network: kept activations and gradients are those a layer saw", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const bool is_chain = GENERATE(true, false);
    Network<double> network = is_chain ? mixed_network(stream) : residual_network(stream);
    const auto in = random_activations<double>(8, 5, stream);
    Workspace<double> workspace;
    workspace.keep_gradients = true;
    const auto logits = network.forward(workspace, in.view(), {true, 1, 1});
    kernels::softmax_cross_entropy<double>(logits, std::vector<std::uint32_t>(5, 2),
                                           network.output_gradient(workspace));
    network.backward(workspace, {true, 1, 1});
    for (const std::size_t k : network.weighted_layers()) {
        // the sampled gradient of each weight is the product of what layer_input and layer_output_gradient show
        const auto x = network.layer_input(workspace, k);
        const auto g = network.layer_output_gradient(workspace, k);
        const MaskedWeight<double>& weight = *network.weight(k);
        std::size_t edge = 0;
        for (const std::uint64_t position : weight.pattern().flat()) {
            double sum = 0.0;
            for (std::size_t lane = 0; lane < 5; ++lane) {
                sum +=
                    g.row(position / weight.pattern().cols())[lane] * x.row(position % weight.pattern().cols())[lane];
            }
            CHECK(weight.parameter().gradient[edge++] == Approx(sum).margin(1e-14));
        }
    }
}

TEST_CASE("network: evaluation gives what training gives without dropout, in two buffers or all kept", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    NodeList<double> nodes;
    nodes.add(std::make_unique<Linear<double>>("fc1", random_pattern(12, 8, 0.5, stream)));
    nodes.add(std::make_unique<LeakyRelu<double>>("all1", "all_relu", 12, -0.6));
    nodes.add(std::make_unique<Linear<double>>("fc2", random_pattern(10, 12, 0.5, stream)));
    nodes.add(std::make_unique<LeakyRelu<double>>("relu2", "relu", 10, 0.0));
    nodes.add(std::make_unique<Linear<double>>("fc3", random_pattern(3, 10, 0.5, stream)));
    Network<double> network = nodes.network();
    for (std::size_t k = 0; k < network.size(); ++k) randomise(network.layer(k), stream);
    const auto in = random_activations<double>(8, 21, stream);
    Workspace<double> training, evaluation;
    const auto a = network.forward(training, in.view(), {true, 1, 1});
    const auto b = network.forward(evaluation, in.view(), {false, 1, 1});
    for (std::size_t f = 0; f < 3; ++f) {
        for (std::size_t lane = 0; lane < 21; ++lane) CHECK(a.row(f)[lane] == b.row(f)[lane]);
    }
    Workspace<double> kept;
    kept.keep_outputs = true;
    network.forward(kept, in.view(), {false, 1, 1});
    for (const std::size_t k : network.weighted_layers()) {
        const auto x = network.layer_input(training, k);
        const auto y = network.layer_input(kept, k);
        for (std::size_t f = 0; f < x.features; ++f) {
            for (std::size_t lane = 0; lane < 21; ++lane) CHECK(x.row(f)[lane] == y.row(f)[lane]);
        }
    }
}

TEST_CASE("network: nodes that do not fit are refused by name", "[nn]") {
    const auto linear = [](const char* name, std::size_t outputs, std::size_t inputs) {
        return std::make_unique<Linear<float>>(name, Pattern::full(outputs, inputs));
    };
    NodeList<float> narrow;
    narrow.add(linear("fc1", 4, 5));
    narrow.add(linear("fc2", 3, 5));
    CHECK_THROWS_WITH(narrow.network(), Contains("fc2") && Contains("5 inputs") && Contains("4 outputs"));
    NodeList<float> alone;
    alone.add(linear("fc1", 4, 5));
    alone.add(std::make_unique<Sum<float>>("sum1", 4, 2));
    CHECK_THROWS_WITH(alone.network(), "layer sum1 takes 2 outputs, not 1");
    NodeList<float> ahead;
    ahead.add(linear("fc1", 4, 4));
    ahead.add(linear("fc2", 4, 4), {1});
    CHECK_THROWS_WITH(ahead.network(), Contains("fc2") && Contains("what comes behind it"));
    NodeList<float> idle;
    idle.add(linear("fc1", 4, 4));
    idle.add(linear("fc2", 4, 4), {network_input});
    CHECK_THROWS_WITH(idle.network(), "layer fc1: nothing takes what it gives");
    CHECK_THROWS_AS(NodeList<float>().network(), ConfigError);
}

TEST_CASE("network: what it has to remember of a pass lies in the workspace", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Network<double> network = residual_network(stream);
    const auto in = random_activations<double>(8, 9, stream);
    const auto others = random_activations<double>(8, 5, stream);
    const std::vector<std::uint32_t> labels(9, 1);
    const auto gradients_of_step = [&](bool evaluates_between) {
        Workspace<double> training;
        Workspace<double> evaluation;
        const Pass pass{.training = true, .without_noise = true};
        const auto logits = network.forward(training, in.view(), pass);
        if (evaluates_between) network.forward(evaluation, others.view(), {});
        kernels::softmax_cross_entropy<double>(logits, labels, network.output_gradient(training));
        network.backward(training, pass);
        std::vector<double> all;
        for (const Parameter<double>* parameter : network.table().trained())
            all.insert(all.end(), parameter->gradient.begin(), parameter->gradient.end());
        return all;
    };
    CHECK(gradients_of_step(false) == gradients_of_step(true));
}

}  // namespace espalier::nn
