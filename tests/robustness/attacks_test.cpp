#include <algorithm>
#include <cmath>

#include <espalier/base/formats/npz.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/nn/layers/batch_norm_layer.hpp>
#include <espalier/nn/layers/dropout_layer.hpp>
#include <espalier/nn/layers/leaky_relu_layer.hpp>
#include <espalier/nn/layers/linear.hpp>
#include <espalier/robustness/attacks.hpp>
#include <espalier/robustness/pixel_network.hpp>

#include "nn/node_list.hpp"
#include "robustness/robustness_values.hpp"

namespace espalier::robustness {
using namespace testing;
namespace {

using Numbers = std::vector<double>;

/// Of 6, 8 and 3 neurons, ReLU between, with the parameters of a file.
nn::Network<double> small_network(const NpzFile& file) {
    NodeList<double> nodes;
    nodes.add(std::make_unique<nn::Linear<double>>("0", Pattern::full(8, 6)), {nn::network_input});
    nodes.add(std::make_unique<nn::LeakyRelu<double>>("1", "relu", 8, 0.0));
    nodes.add(std::make_unique<nn::Linear<double>>("2", Pattern::full(3, 8)));
    nn::Network<double> network = nodes.network();
    for (const std::size_t k : {0U, 2U}) {
        const std::string name = "param/" + std::to_string(k);
        std::ranges::copy(file.read(name + ".weight").to_doubles(), network.weight(k)->parameter().values.begin());
        std::ranges::copy(file.read(name + ".bias").to_doubles(), network.table().of(k)[1].parameter->values.begin());
    }
    return network;
}

/// The slow way: one sample and one feature at a time.
double distance(Norm norm, const Numbers& a, const Numbers& b, std::size_t first, std::size_t count) {
    double most = 0.0;
    double sum = 0.0;
    for (std::size_t k = first; k < first + count; ++k) {
        most = std::max(most, std::abs(a[k] - b[k]));
        sum += (a[k] - b[k]) * (a[k] - b[k]);
    }
    return norm == Norm::linf ? most : std::sqrt(sum);
}

}  // namespace

TEST_CASE("attacks: reference values", "[robustness][attacks]") {
    const auto settings = robustness_values()["attacks"];
    for (const auto& one : settings) {
        const std::string norm = one["norm"];
        INFO(norm);
        const NpzFile file(home_reference() / ("more/attack_" + norm + ".npz"));
        nn::Network<double> network = small_network(file);
        const data::Standardisation plain{std::vector<float>(6, 1.0F), std::vector<float>(6, 0.0F)};
        PixelNetwork<double> function(network, plain, 1.0);
        const Numbers pixels = file.read("x").to_doubles();
        const Numbers start = file.read("start").to_doubles();
        std::vector<std::uint32_t> labels;
        for (const double label : file.read("y").to_doubles()) labels.push_back(static_cast<std::uint32_t>(label));
        Numbers losses;
        const PixelGradient gradient = [&](std::span<const double> now, std::span<double> slope) {
            losses.push_back(function.gradient(now, labels, slope) / 5.0);
        };
        const Attack attack{norm, norm == "l2" ? Norm::l2 : Norm::linf, one["eps"], one["step"], one["iterations"],
                            true};
        const Numbers found = attacked(attack, pixels, 6, start, gradient);
        const Numbers wanted = file.read("adversarial").to_doubles();
        for (std::size_t k = 0; k < wanted.size(); ++k) CHECK(found[k] == Approx(wanted[k]).margin(1e-12));
        const Numbers before = one["losses"].get<Numbers>();
        REQUIRE(losses.size() == before.size());
        for (std::size_t k = 0; k < before.size(); ++k) CHECK(losses[k] == Approx(before[k]).epsilon(1e-12));
        const Logits logits = function.logits(found);
        double loss = 0.0;
        for (std::size_t n = 0; n < 5; ++n) loss += (log_sum_exp(logits.row(n)) - logits.row(n)[labels[n]]) / 5.0;
        CHECK(loss == Approx(one["final_loss"].get<double>()).epsilon(1e-12));
        const Attack fgsm{"fgsm", Norm::linf, one["eps"], one["eps"], 1, false};
        const Numbers once = attacked(fgsm, pixels, 6, {}, gradient);
        const Numbers wanted_once = file.read("fgsm").to_doubles();
        for (std::size_t k = 0; k < once.size(); ++k) CHECK(once[k] == Approx(wanted_once[k]).margin(1e-12));
    }
}

TEST_CASE("attacks: images stay in their ball and in range, losses rise, bits do not depend on threads",
          "[robustness][attacks][threads]") {
    INFO(seed_text());
    Stream stream = test_stream();
    NodeList<double> nodes;
    nodes.add(std::make_unique<nn::Linear<double>>("fc1", random_pattern(20, 16, 0.6, stream)), {nn::network_input});
    nodes.add(std::make_unique<nn::BatchNorm<double>>("norm", 20));
    nodes.add(std::make_unique<nn::LeakyRelu<double>>("relu", "relu", 20, 0.1));
    nodes.add(std::make_unique<nn::Dropout<double>>("dropout", 20, 0.5, 1));
    nodes.add(std::make_unique<nn::Linear<double>>("fc2", random_pattern(4, 20, 0.7, stream)));
    nn::Network<double> network = nodes.network();
    for (std::size_t k = 0; k < network.size(); ++k) {
        for (const auto& entry : network.table().of(k)) {
            const Numbers values = random_values(entry.parameter->values.size(), stream);
            std::ranges::copy(values, entry.parameter->values.begin());
        }
    }
    network.table().of(1)[3].parameter->values.assign(20, 0.4);
    data::Standardisation scaling{std::vector<float>(16, 0.02F), std::vector<float>(16, -1.0F)};
    Numbers pixels = random_values(37 * 16, stream);
    for (double& value : pixels) value = (value + 1.0) / 2.0;
    std::vector<std::uint32_t> labels;
    for (int n = 0; n < 37; ++n) labels.push_back(static_cast<std::uint32_t>(stream.below(4)));
    PixelNetwork<double> function(network, scaling, 255.0);
    const PixelGradient gradient = [&](std::span<const double> now, std::span<double> slope) {
        function.gradient(now, labels, slope);
    };
    // The gradient itself, by differences.
    Numbers slope(pixels.size());
    function.gradient(pixels, labels, slope);
    const auto loss = [&](const Numbers& at) {
        const Logits logits = function.logits(at);
        double sum = 0.0;
        for (std::size_t n = 0; n < 37; ++n) sum += (log_sum_exp(logits.row(n)) - logits.row(n)[labels[n]]) / 37.0;
        return sum;
    };
    for (std::size_t k = 0; k < pixels.size(); k += 7) {
        Numbers up = pixels;
        Numbers down = pixels;
        up[k] += 1e-6;
        down[k] -= 1e-6;
        CHECK(slope[k] == Approx((loss(up) - loss(down)) / 2e-6).margin(1e-6));
    }
    for (const Attack& attack : attacks({0.1, 0.7, 12})) {
        INFO(attack.name);
        Numbers start(attack.starts_random ? pixels.size() : 0);
        for (std::size_t n = 0; n < 37 && !start.empty(); ++n)
            draw_start(attack, Stream(3, Purpose::attack, 1, n), std::span(start).subspan(n * 16, 16));
        set_threads(1);
        const Numbers found = attacked(attack, pixels, 16, start, gradient);
        set_threads(4);
        CHECK(attacked(attack, pixels, 16, start, gradient) == found);
        set_threads(1);
        for (std::size_t n = 0; n < 37; ++n)
            CHECK(distance(attack.norm, found, pixels, n * 16, 16) <= attack.epsilon + 1e-12);
        CHECK(std::ranges::all_of(found, [](double x) { return x >= 0.0 && x <= 1.0; }));
        CHECK(loss(found) > loss(pixels));
    }
}

TEST_CASE("attacks: where there is no gradient nothing moves", "[robustness][attacks]") {
    const Numbers pixels = {0.2, 0.9};
    const PixelGradient flat = [](std::span<const double>, std::span<double> slope) { std::ranges::fill(slope, 0.0); };
    for (const Attack& attack : attacks({})) CHECK(attacked(attack, pixels, 2, {}, flat) == pixels);
}

}  // namespace espalier::robustness
