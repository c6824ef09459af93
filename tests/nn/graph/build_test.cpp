#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/models/models.hpp>

#include "kernels/kernel_support.hpp"
#include "nn/layer_arrays.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("build: every node of a spec becomes its layer", "[nn]") {
    for (const std::string& activation : names_of(activations())) {
        INFO(activation);
        const NetworkSpec spec =
            mlp_spec({.hidden = {6, 5}, .activation = {.kind = &nn::activation(activation)}, .dropout = 0.2}, 8, 3);
        Network<float> network =
            build<float>(spec, {Pattern::full(6, 8), Pattern::full(5, 6), Pattern::full(3, 5)}, {});
        REQUIRE(network.size() == spec.nodes.size());
        CHECK(network.weighted_layers() == spec.weighted());
        for (std::size_t k = 0; k < network.size(); ++k) {
            const NodeSpec& node = spec.nodes[k];
            CHECK(network.layer(k).name() == node.name);
            CHECK(network.layer(k).kind() == node.kind);
            CHECK(network.layer(k).outputs() == node.outputs);
            std::size_t trained = 0;
            for (const Parameter<float>* parameter : arrays_of(network.layer(k))) trained += parameter->values.size();
            const std::size_t weights = node.weight ? node.weight->shape[0] * node.weight->shape[1] : 0;
            CHECK(trained == weights + node.others);
        }
    }
}

TEST_CASE("build: masks that do not fit, and nodes that nothing makes, are refused by name", "[nn]") {
    NetworkSpec spec = mlp_spec({.hidden = {6, 5}}, 8, 3);
    CHECK_THROWS_WITH(build<float>(spec, {Pattern::full(6, 8), Pattern::full(5, 5), Pattern::full(3, 5)}, {}),
                      Contains("fc2") && Contains("5x6") && Contains("5x5"));
    CHECK_THROWS_AS(build<float>(spec, {Pattern::full(6, 8)}, {}), ConfigError);
    spec.nodes[1].kind = "tanh";
    CHECK_THROWS_WITH(build<float>(spec, {Pattern::full(6, 8), Pattern::full(5, 6), Pattern::full(3, 5)}, {}),
                      "layer relu1: there is no layer of kind 'tanh'");
}

TEST_CASE("build: sparse-aware weights keep the signal's size through three sparse layers", "[nn]") {
    // definitions.md 7.1: ReLU, ERK at 0.05, unit-variance input: 1.4 in each layer before its ReLU, so 1.4 / sqrt(2)
    // behind it; dense fan-in lets it shrink to 0.014.
    INFO(seed_text());
    Stream stream = test_stream();
    std::vector<Pattern> patterns;
    for (const auto& [out, in] : {std::pair{1000, 784}, {1000, 1000}, {1000, 1000}}) {
        patterns.push_back(random_pattern(static_cast<std::size_t>(out), static_cast<std::size_t>(in), 0.0468, stream));
    }
    patterns.push_back(Pattern::full(10, 1000));
    const auto in = random_activations<float>(784, 64, stream);  // uniform in [-1, 1]: variance 1/3
    const auto third_layer_std = [&](FanMode fan_mode) {
        BuildOptions options;
        options.initialisation.fan_mode = fan_mode;
        Network<float> network = build<float>(mlp_spec({.hidden = {1000, 1000, 1000}}, 784, 10), patterns, options);
        kernels::Activations<float> before = in;
        for (std::size_t k = 0; k <= 5; ++k) {
            kernels::Activations<float> after(network.layer(k).outputs(), 64);
            const kernels::View<const float> seen = std::as_const(before).view();
            Cache<float> cache;
            network.layer(k).forward_node({&seen, 1}, after.view(), cache, {});
            before = after;
        }
        double sum = 0.0;
        for (std::size_t f = 0; f < 1000; ++f) {
            for (std::size_t lane = 0; lane < 64; ++lane) sum += std::pow(before.view().row(f)[lane], 2);
        }
        return std::sqrt(3.0 * sum / 64000.0);
    };
    CHECK(third_layer_std(FanMode::sparse_aware) == Approx(1.4 / std::sqrt(2.0)).epsilon(0.15));
    CHECK(third_layer_std(FanMode::dense_then_mask) == Approx(0.014 / std::sqrt(2.0)).epsilon(0.25));
}

TEST_CASE("build: published weights and biases of convolutions are those of their programs", "[nn]") {
    const auto built = [](const char* kind, const Sample& sample) {
        const NetworkSpec spec = network_spec(kind, {}, sample, 10);
        std::vector<Pattern> masks;
        for (const std::size_t k : spec.weighted())
            masks.push_back(Pattern::full(spec.nodes[k].weight->rows(), spec.nodes[k].weight->cols()));
        const Initialisation published{.distribution = &find_named(initialisers(), "published", "init")};
        return build<float>(spec, masks, {.initialisation = published});
    };
    struct Moments {
        double deviation = 0.0;
        double largest = 0.0;
    };
    const auto moments = [](const Network<float>& network, const std::string& path) {
        for (const ParameterEntry<float>& entry : network.table().entries()) {
            if (entry.path() != path) continue;
            Moments found;
            for (const float value : entry.parameter->values) {
                found.deviation += double{value} * double{value};
                found.largest = std::max<double>(found.largest, std::abs(value));
            }
            found.deviation = std::sqrt(found.deviation / static_cast<double>(entry.parameter->values.size()));
            return found;
        }
        FAIL("no " + path);
        return Moments{};
    };
    const Network<float> wide = built("wrn-10-2", {3, 32, 32});
    CHECK(moments(wide, "block3.layer.0.conv2.weight").deviation == Approx(std::sqrt(2.0 / 1152)).epsilon(0.02));
    CHECK(moments(wide, "block3.layer.0.conv1.weight").deviation == Approx(std::sqrt(2.0 / 1152)).epsilon(0.02));
    CHECK(moments(wide, "fc.weight").largest <= 1.0 / std::sqrt(128.0));
    CHECK(moments(wide, "fc.weight").largest > 0.9 / std::sqrt(128.0));
    CHECK(moments(wide, "fc.bias").largest == 0.0);
    const Network<float> by_fan_in = built("cifar_resnet_8", {3, 32, 32});
    CHECK(moments(by_fan_in, "blocks.2.conv1.weight").deviation == Approx(std::sqrt(2.0 / 288)).epsilon(0.03));
    CHECK(moments(by_fan_in, "fc.bias").largest == 0.0);
    const Network<float> lenet = built("lenet5_caffe", {1, 28, 28});
    CHECK(moments(lenet, "conv2.weight").largest <= 1.0 / std::sqrt(500.0));
    CHECK(moments(lenet, "conv2.weight").largest > 0.99 / std::sqrt(500.0));
    CHECK(moments(lenet, "conv2.bias").largest <= 1.0 / std::sqrt(500.0));
    CHECK(moments(lenet, "conv2.bias").deviation > 0.4 / std::sqrt(500.0));
}

}  // namespace espalier::nn
