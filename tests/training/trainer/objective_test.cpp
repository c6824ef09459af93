#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/training/trainer/objective.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

using kernels::Activations;

Activations<float> drawn(std::size_t features, std::size_t lanes, Stream& stream) {
    Activations<float> activations(features, lanes);
    for (std::size_t f = 0; f < features; ++f) {
        const std::vector<double> values = random_values(lanes, stream);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            activations.view().row(f)[lane] = static_cast<float>(values[lane]);
        }
    }
    return activations;
}

}  // namespace

TEST_CASE("objective: an mlp has as many outputs as classes, an autoencoder as inputs", "[training]") {
    CHECK(nn::network_spec("mlp", {}, 64, 10).nodes.back().outputs == 10);
    CHECK(objective("mlp").has_accuracy);
    CHECK(nn::network_spec("autoencoder", {}, 64, 10).nodes.back().outputs == 64);
    CHECK_FALSE(objective("autoencoder").has_accuracy);
    CHECK_THROWS_AS(objective("vae"), ConfigError);
}

TEST_CASE("objective: an autoencoder's loss is the mean squared error with its inputs", "[training]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const auto outputs = drawn(6, 9, stream);
    const auto inputs = drawn(6, 9, stream);
    Activations<float> gradient(6, 9);
    const std::vector<std::uint32_t> labels(9, 3);
    const kernels::LossSum sum =
        objective("autoencoder").loss(outputs.view(), inputs.view(), labels, gradient.view(), 0.0);
    double mean = 0.0;
    for (std::size_t f = 0; f < 6; ++f) {
        for (std::size_t lane = 0; lane < 9; ++lane) {
            const double difference = double{outputs.view().row(f)[lane]} - double{inputs.view().row(f)[lane]};
            mean += difference * difference / 54.0;
            CHECK(gradient.view().row(f)[lane] == Approx(2.0 * difference / 54.0).margin(1e-7));
        }
    }
    CHECK(sum.loss / 9.0 == Approx(mean));
    CHECK(sum.correct == 0);
}

TEST_CASE("objective: an mlp's is cross-entropy, whatever the inputs", "[training]") {
    const Activations<float> outputs(10, 4);
    const Activations<float> inputs(64, 4);
    const std::vector<std::uint32_t> labels(4, 0);
    const kernels::LossSum sum = objective("mlp").loss(outputs.view(), inputs.view(), labels, {}, 0.0);
    CHECK(sum.loss == Approx(4.0 * std::log(10.0)));
    CHECK(sum.correct == 4);
}

}  // namespace espalier::training
