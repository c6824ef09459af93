#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/sparsity/saliency/synflow.hpp>

#include "sparsity/saliency/problems.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("synflow: golden scores", "[sparsity][saliency]") {
    // definitions.md 2.11
    const auto made = scored_network({.hidden = {2}, .inputs = 2, .classes = 1, .biases = false});
    made->problem.weights()[0]->parameter().values = {1, -2, 3, 4};
    made->problem.weights()[1]->parameter().values = {5, -6};
    const LayerScores scores = synflow_scores(made->problem);
    CHECK(scores == LayerScores{{5, 10, 18, 24}, {15, 42}});
    for (const auto& layer : scores) CHECK(std::accumulate(layer.begin(), layer.end(), 0.0) == 57);
    CHECK(weights_of(made->problem) == std::vector<std::vector<double>>{{1, -2, 3, 4}, {5, -6}});
}

TEST_CASE("synflow: what enters a hidden neuron leaves it, and layers have equal sums", "[sparsity][saliency]") {
    for (const char* activation : {"relu", "leaky_relu", "srelu", "all_relu"}) {
        INFO(seed_text() << " " << activation);
        const auto made =
            scored_network({.hidden = {9, 7, 5}, .activation = {&nn::activation(activation)}, .biases = false});
        const LayerScores scores = synflow_scores(made->problem);
        const double flow = std::accumulate(scores[0].begin(), scores[0].end(), 0.0);
        for (std::size_t l = 0; l + 1 < scores.size(); ++l) {
            const Shape& shape = made->problem.layers[l].shape;
            const Shape& next = made->problem.layers[l + 1].shape;
            CHECK(std::accumulate(scores[l + 1].begin(), scores[l + 1].end(), 0.0) == Approx(flow));
            for (std::size_t neuron = 0; neuron < shape[0]; ++neuron) {
                double in = 0.0;
                double out = 0.0;
                for (std::size_t i = 0; i < shape[1]; ++i) in += scores[l][neuron * shape[1] + i];
                for (std::size_t o = 0; o < next[0]; ++o) out += scores[l + 1][o * next[1] + neuron];
                CHECK(in == Approx(out));
            }
        }
    }
}

TEST_CASE("synflow: no layer is emptied by passes, one is by one pass", "[sparsity][saliency]") {
    INFO(seed_text());
    const auto made = scored_network({.hidden = {30, 30, 30}, .inputs = 40, .classes = 5, .biases = false});
    for (ScoredLayer& layer : made->problem.layers) layer.kept = 3;  // 12 of 3150
    const std::vector<Pattern> masks = synflow(made->problem).masks;
    CHECK(edges(masks) == 12);
    for (const Pattern& mask : masks) CHECK(mask.edges() > 0);
    made->problem.options.passes = 1;
    const std::vector<Pattern> at_once = synflow(made->problem).masks;
    CHECK(edges(at_once) == 12);
    CHECK(std::ranges::any_of(at_once, [](const Pattern& mask) { return mask.edges() == 0; }));
}

TEST_CASE("synflow: networks whose flow a double does not hold keep their ranking", "[sparsity][saliency]") {
    for (const double factor : {0x1p40, 0x1p20, 0x1p-20, 0x1p-40}) {  // biases hold a double at 20 a layer
        INFO(seed_text() << " factor " << factor);
        const auto made = scored_network({.hidden = std::vector<std::size_t>(30, 8), .density = 0.2});
        made->problem.options.passes = 10;
        const std::vector<Pattern> plain = synflow(made->problem).masks;
        double power = 1.0;  // of biases; in range as long as the layers are few
        for (const std::size_t k : made->network.weighted_layers()) {
            power *= factor;
            for (double& value : made->network.table().of(k)[0].parameter->values) value *= factor;
            for (double& value : made->network.table().of(k)[1].parameter->values) value *= power;
        }
        if (!std::isfinite(power) || power == 0.0) {
            for (const std::size_t k : made->network.weighted_layers()) {
                std::ranges::fill(made->network.table().of(k)[1].parameter->values, 0.0);
            }
            const auto bare =
                scored_network({.hidden = std::vector<std::size_t>(30, 8), .density = 0.2, .biases = false});
            bare->problem.options.passes = 10;
            CHECK(synflow(made->problem).masks == synflow(bare->problem).masks);
        } else {
            CHECK(synflow(made->problem).masks == plain);
        }
    }
}

}  // namespace espalier::sparsity
