#include <limits>

#include <espalier/topology/spectral/weighted_gap.hpp>

#include "topology/graphs.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

Layer random_weighted(std::size_t outputs, std::size_t inputs, double density, Stream& stream) {
    Layer result = layer("l", random_pattern(outputs, inputs, density, stream));
    for (const double value : random_values(result.pattern.edges(), stream)) {
        result.values.push_back(static_cast<float>(value));
    }
    return result;
}

}  // namespace

TEST_CASE("weighted_gap agrees with the dense spectrum of |W|", "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int k = 0; k < 30; ++k) {
        const std::size_t rows = 2 + stream.below(40);
        const std::size_t cols = 2 + stream.below(40);
        const Layer drawn = random_weighted(rows, cols, 0.3, stream);
        if (drawn.pattern.edges() == 0) continue;
        const auto sigma = spectrum_by_eigenvalues(dense_matrix(drawn.pattern, absolute_weights(drawn)));
        const MetricValue value = weighted_gap_metric(drawn);
        CHECK(value.find("gap")->number() == Approx(sigma[0] - sigma[1]).margin(1e-9));
        CHECK(value.find("normalized")->number() == Approx((sigma[0] - sigma[1]) / sigma[0]).margin(1e-9));
    }
}

TEST_CASE("weighted_gap and imsg: gaps grow with the weights, normalised ones do not", "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Layer drawn = random_weighted(80, 150, 0.5, stream);
    Layer scaled = drawn;
    for (float& value : scaled.values) value *= -4;
    for (const auto metric : {weighted_gap_metric, imsg_metric}) {
        const MetricValue once = metric(drawn);
        const MetricValue four = metric(scaled);
        CHECK(four.find("gap")->number() == Approx(4 * once.find("gap")->number()));
        CHECK(four.find("normalized")->number() == Approx(once.find("normalized")->number()));
    }
}

TEST_CASE("imsg: the only subgraph of a biregular layer is the layer", "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Layer full = random_weighted(12, 9, 1.0, stream);
    CHECK(imsg_metric(full).find("gap")->number() == Approx(weighted_gap_metric(full).find("gap")->number()));
    CHECK(imsg_metric(full).find("subgraphs")->number() == 1);
}

TEST_CASE("weighted_gap and imsg: why they are undefined", "[topology][spectra]") {
    for (const auto metric : {weighted_gap_metric, imsg_metric}) {
        CHECK(metric(layer("l", Pattern::full(4, 4))).reason() == "weights are not known");
        CHECK(metric(layer("l", Pattern::empty(4, 4))).reason() == "no edges");
        const Layer bad = weighted_layer(Pattern::full(1, 2), {1, std::numeric_limits<float>::infinity()});
        CHECK(metric(bad).reason() == "the weight of output 0 from input 1 is infinite");
    }
    const Layer zeros = weighted_layer(Pattern::full(3, 3), std::vector<float>(9, 0.0F));
    CHECK(weighted_gap_metric(zeros).find("gap")->number() == 0);
    CHECK(weighted_gap_metric(zeros).find("normalized")->reason() == "all weights are 0");
    CHECK_THAT(imsg_metric(weighted_layer(Pattern::full(2, 2), {1, 2, 3, 4})).reason(), Contains("left-regular"));
}

}  // namespace espalier::topology
