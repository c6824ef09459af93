#include <cmath>

#include <espalier/base/error.hpp>
#include <espalier/nn/mlp.hpp>

#include "kernel_support.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("mlp: layers, names and shapes", "[nn]") {
    const MlpShape shape{8, {6, 5}, 3};
    CHECK(shape.weight_shapes() == std::vector<std::vector<std::size_t>>{{6, 8}, {5, 6}, {3, 5}});
    MlpOptions options;
    options.dropout = 0.2;
    Network<float> network =
        make_mlp<float>(shape, {Pattern::full(6, 8), Pattern::full(5, 6), Pattern::full(3, 5)}, options);
    std::vector<std::string> names;
    for (std::size_t k = 0; k < network.size(); ++k) names.push_back(network.layer(k).name());
    CHECK(names == std::vector<std::string>{"fc1", "relu1", "dropout1", "fc2", "relu2", "dropout2", "fc3"});
    CHECK(network.weighted_layers() == std::vector<std::size_t>{0, 3, 6});
    CHECK_THROWS_WITH(make_mlp<float>(shape, {Pattern::full(6, 8), Pattern::full(5, 5), Pattern::full(3, 5)}, options),
                      Contains("fc2") && Contains("5x6") && Contains("5x5"));
    CHECK_THROWS_AS(make_mlp<float>(shape, {Pattern::full(6, 8)}, options), ConfigError);
}

TEST_CASE("mlp: sparse-aware weights keep the signal's size through three sparse layers", "[nn]") {
    // methods.md 1.7: ReLU, ERK at 0.05, unit-variance input: 1.4 in each layer before its ReLU, so 1.4 / sqrt(2)
    // behind it; dense fan-in lets it shrink to 0.014.
    INFO(seed_text());
    Stream stream = test_stream();
    std::vector<Pattern> patterns;
    for (const auto& [out, in] : {std::pair{1000, 784}, {1000, 1000}, {1000, 1000}}) {
        patterns.push_back(random_pattern(static_cast<std::size_t>(out), static_cast<std::size_t>(in), 0.0468, stream));
    }
    patterns.push_back(Pattern::full(10, 1000));
    const auto in = random_activations<float>(784, 64, stream);  // uniform in [-1, 1]: variance 1/3
    const auto third_layer_std = [&](const char* fan_mode) {
        MlpOptions options;
        options.initialisation.fan_mode = fan_mode;
        Network<float> network = make_mlp<float>({784, {1000, 1000, 1000}, 10}, patterns, options);
        kernels::Activations<float> before = in;
        for (std::size_t k = 0; k <= 5; ++k) {
            kernels::Activations<float> after(network.layer(k).outputs(), 64);
            network.layer(k).forward(std::as_const(before).view(), after.view(), {});
            before = after;
        }
        double sum = 0.0;
        for (std::size_t f = 0; f < 1000; ++f) {
            for (std::size_t lane = 0; lane < 64; ++lane) sum += std::pow(before.view().row(f)[lane], 2);
        }
        return std::sqrt(3.0 * sum / 64000.0);
    };
    CHECK(third_layer_std("sparse_aware") == Approx(1.4 / std::sqrt(2.0)).epsilon(0.15));
    CHECK(third_layer_std("dense_then_mask") == Approx(0.014 / std::sqrt(2.0)).epsilon(0.25));
}

}  // namespace espalier::nn
