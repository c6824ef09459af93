#include <cmath>

#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/robustness/pixel_network.hpp>

#include "support.hpp"

namespace espalier::robustness {
using namespace testing;
namespace {

/// Of a model by name with random masks and parameters, variances above 0.
template <class T>
nn::Network<T> convolutional_network(const char* kind, Stream& stream) {
    nn::ModelChoice choice;
    if (std::string(kind).find("_4") == std::string::npos) choice.width = 4;
    const nn::NetworkSpec spec = nn::network_spec(kind, choice, nn::Sample{3, 32, 32}, 10);
    std::vector<Pattern> masks;
    for (const std::size_t k : spec.weighted()) {
        const nn::WeightSpec& weight = *spec.nodes[k].weight;
        masks.push_back(random_pattern(weight.rows(), weight.cols(), 0.5, stream));
    }
    nn::Network<T> network = nn::build<T>(spec, masks, {});
    for (const auto& entry : network.table().entries()) {
        const std::vector<double> drawn = random_values(entry.parameter->values.size(), stream);
        for (std::size_t k = 0; k < drawn.size(); ++k) {
            const bool is_variance = entry.parameter->name == "running_var";
            entry.parameter->values[k] = static_cast<T>(is_variance ? 0.5 + std::abs(drawn[k]) : 0.4 * drawn[k]);
        }
    }
    return network;
}

}  // namespace

TEST_CASE("pixel network: the gradient of networks of images, by differences, over more lanes than a block has",
          "[robustness][images]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const char* kind : {"cifar_resnet_8_4", "resnet8_A", "mobilenet_v1_cifar", "vgg-like"}) {
        INFO(kind);
        nn::Network<double> network = convolutional_network<double>(kind, stream);
        const data::Standardisation scaling{std::vector<float>(3072, 2.0F), std::vector<float>(3072, -1.0F)};
        PixelNetwork<double> function(network, scaling, 1.0);
        constexpr std::size_t lanes = 19;
        std::vector<double> pixels = random_values(lanes * 3072, stream);
        for (double& value : pixels) value = (value + 1.0) / 2.0;
        std::vector<std::uint32_t> labels;
        for (std::size_t n = 0; n < lanes; ++n) labels.push_back(static_cast<std::uint32_t>(stream.below(10)));
        std::vector<double> slope(pixels.size());
        const double loss = function.gradient(pixels, labels, slope);
        const auto loss_at = [&](std::size_t k, double value) {
            std::vector<double> moved = pixels;
            moved[k] = value;
            const Logits logits = function.logits(moved);
            double sum = 0.0;
            for (std::size_t n = 0; n < lanes; ++n) sum += log_sum_exp(logits.row(n)) - logits.row(n)[labels[n]];
            return sum;
        };
        CHECK(loss == Approx(loss_at(0, pixels[0])).epsilon(1e-10));
        double largest_slope = 0.0;
        for (int tried = 0; tried < 12; ++tried) {
            const std::size_t k = stream.below(pixels.size());
            const double h = 1e-6;
            const double wanted = (loss_at(k, pixels[k] + h) - loss_at(k, pixels[k] - h)) / (2.0 * h * lanes);
            CHECK(slope[k] == Approx(wanted).margin(1e-6));
            largest_slope = std::max(largest_slope, std::abs(slope[k]));
        }
        CHECK(largest_slope > 0.0);
    }
}

TEST_CASE("pixel network: single precision gives what double gives, but for rounding", "[robustness][images]") {
    INFO(seed_text());
    Stream one = test_stream();
    Stream other = test_stream();
    nn::Network<float> single = convolutional_network<float>("cifar_resnet_8_4", one);
    nn::Network<double> twice = convolutional_network<double>("cifar_resnet_8_4", other);
    const data::Standardisation scaling{std::vector<float>(3072, 0.01F), std::vector<float>(3072, -1.0F)};
    std::vector<double> pixels = random_values(5 * 3072, one);
    for (double& value : pixels) value = (value + 1.0) / 2.0;
    const std::vector<std::uint32_t> labels = {0, 3, 9, 1, 5};
    std::vector<double> slope(pixels.size());
    std::vector<double> exact(pixels.size());
    PixelNetwork<float>(single, scaling, 255.0).gradient(pixels, labels, slope);
    PixelNetwork<double>(twice, scaling, 255.0).gradient(pixels, labels, exact);
    double distance = 0.0;
    double size = 0.0;
    for (std::size_t k = 0; k < slope.size(); ++k) {
        distance += (slope[k] - exact[k]) * (slope[k] - exact[k]);
        size += exact[k] * exact[k];
    }
    CHECK(std::sqrt(distance) <= 1e-3 * std::sqrt(size));
    CHECK(size > 0.0);
}

}  // namespace espalier::robustness
