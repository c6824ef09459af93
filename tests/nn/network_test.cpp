#include <espalier/base/error.hpp>
#include <espalier/kernels/loss.hpp>
#include <espalier/nn/dropout_layer.hpp>
#include <espalier/nn/leaky_relu_layer.hpp>
#include <espalier/nn/linear.hpp>
#include <espalier/nn/network.hpp>
#include <espalier/nn/srelu_layer.hpp>

#include "gradient_check.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

/// Every kind of layer, in place and not, in one chain.
Network<double> mixed_network(Stream& stream) {
    Network<double> network;
    network.add(std::make_unique<Linear<double>>("fc1", random_pattern(12, 8, 0.5, stream)));
    network.add(std::make_unique<LeakyRelu<double>>("relu1", "relu", 12, 0.0));
    network.add(std::make_unique<Dropout<double>>("drop1", 12, 0.3, 2));
    network.add(std::make_unique<Linear<double>>("fc2", random_pattern(10, 12, 0.5, stream)));
    network.add(std::make_unique<LeakyRelu<double>>("all2", "all_relu", 10, -0.6));
    network.add(std::make_unique<Linear<double>>("fc3", Pattern::full(9, 10)));
    network.add(std::make_unique<Srelu<double>>("srelu3", 9));
    network.add(std::make_unique<Linear<double>>("fc4", random_pattern(4, 9, 0.6, stream)));
    for (std::size_t k = 0; k < network.size(); ++k) randomise(network.layer(k), stream);
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
    Network<double> network = mixed_network(stream);
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

TEST_CASE("network: kept activations and gradients are those a layer saw", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Network<double> network = mixed_network(stream);
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
    Network<double> network;
    network.add(std::make_unique<Linear<double>>("fc1", random_pattern(12, 8, 0.5, stream)));
    network.add(std::make_unique<LeakyRelu<double>>("all1", "all_relu", 12, -0.6));
    network.add(std::make_unique<Linear<double>>("fc2", random_pattern(10, 12, 0.5, stream)));
    network.add(std::make_unique<LeakyRelu<double>>("relu2", "relu", 10, 0.0));
    network.add(std::make_unique<Linear<double>>("fc3", random_pattern(3, 10, 0.5, stream)));
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

TEST_CASE("network: layers that do not fit are refused by name", "[nn]") {
    Network<float> network;
    network.add(std::make_unique<Linear<float>>("fc1", Pattern::full(4, 5)));
    CHECK_THROWS_WITH(network.add(std::make_unique<Linear<float>>("fc2", Pattern::full(3, 5))),
                      Contains("fc2") && Contains("5 inputs") && Contains("4 outputs"));
}

}  // namespace espalier::nn
