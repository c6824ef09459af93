#include <espalier/topology/spectral/ramanujan_gap.hpp>

#include "topology/graphs.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("ramanujan_gap: complete layers", "[topology][spectra]") {
    for (const auto& [a, b] : {std::pair{40, 60}, {24, 90}, {3, 3}}) {
        const MetricValue value = ramanujan_gap_metric(layer("l", Pattern::full(b, a)));
        CHECK(value.find("sigma_1")->number() == Approx(std::sqrt(double(a) * b)).epsilon(1e-12));
        CHECK(value.find("sigma_2")->number() == 0);
        CHECK(value.find("gap")->number() == Approx(std::sqrt(a - 1.0) + std::sqrt(b - 1.0)).epsilon(1e-12));
        CHECK(value.find("normalized")->number() == 1);
        CHECK(value.find("expansion_ratio")->number() == Approx(double(b) / a));
    }
}

TEST_CASE("ramanujan_gap: random regular layers lie at the bound", "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    struct Known {  // definitions.md 6.31: mean and standard deviation over draws
        std::size_t degree, size;
        double mean, deviation;
    };
    for (const Known& known : {Known{3, 300, 2.815, 0.008}, {5, 300, 3.959, 0.020}, {8, 400, 5.224, 0.029}}) {
        constexpr int draws = 20;
        double sum = 0;
        for (int k = 0; k < draws; ++k) {
            const Layer drawn = layer("l", random_regular(known.degree, known.size, stream));
            REQUIRE(drawn.pattern.edges() == known.degree * known.size);
            const MetricValue value = ramanujan_gap_metric(drawn);
            CHECK(value.find("sigma_1")->number() == Approx(known.degree).epsilon(1e-12));
            CHECK(value.find("bound")->number() == Approx(2 * std::sqrt(known.degree - 1.0)));
            CHECK(std::abs(value.find("gap")->number()) < 0.3);
            sum += value.find("sigma_2")->number();
        }
        INFO(known.degree << "-regular of " << known.size);
        CHECK(std::abs(sum / draws - known.mean) < 5 * known.deviation / std::sqrt(double(draws)) + 0.001);
    }
}

TEST_CASE("ramanujan_gap: two components have sigma_1 twice", "[topology][spectra]") {
    const Pattern part = Pattern::full(4, 5);
    const MetricValue value = ramanujan_gap_metric(layer("l", blocks({part, part})));
    CHECK(value.find("sigma_2")->number() == Approx(std::sqrt(20)));
    CHECK(value.find("gap")->number() == Approx(std::sqrt(3) + 2 - std::sqrt(20)));
}

TEST_CASE("ramanujan_gap: dead neurons count in randomness alone", "[topology][spectra]") {
    const Layer bare = layer("l", Pattern::full(6, 4));
    const Layer dead = layer("l", blocks({Pattern::full(6, 4), Pattern::empty(2, 3)}));
    const MetricValue a = ramanujan_gap_metric(bare);
    const MetricValue b = ramanujan_gap_metric(dead);
    for (const char* field : {"sigma_1", "bound", "gap", "expansion_ratio"}) {
        CHECK(a.find(field)->number() == Approx(b.find(field)->number()));
    }
    // sigma_2 = 0: [sqrt(24) - |2 * 24 - 6 * 24 / 6|] / 24, with dead neurons [sqrt(24) - |48 - 6 * 24 / 8|] / 56
    CHECK(a.find("randomness")->number() == Approx((std::sqrt(24) - 24) / 24));
    CHECK(b.find("randomness")->number() == Approx((std::sqrt(24) - 30) / 56));
    CHECK(ramanujan_gap_metric(bare, RandomnessEdges::once).find("randomness")->number() == Approx(std::sqrt(24) / 24));
    CHECK(ramanujan_gap_metric(dead, RandomnessEdges::once).find("randomness")->number() ==
          Approx((std::sqrt(24) - 6) / 56));
}

TEST_CASE("ramanujan_gap: undefined where degrees are small", "[topology][spectra]") {
    CHECK(ramanujan_gap_metric(layer("l", Pattern())).reason() == "no edges");
    CHECK(ramanujan_gap_metric(layer("l", Pattern::empty(4, 4))).reason() == "no edges");
    CHECK(ramanujan_gap_metric(layer("l", Pattern::full(9, 2))).reason() == "mean degree of the outputs below 3");
    CHECK(ramanujan_gap_metric(layer("l", Pattern::full(2, 9))).reason() == "mean degree of the inputs below 3");
    const Pattern drawn = pattern({{1, 0, 1, 0}, {1, 1, 0, 0}, {0, 1, 1, 1}});
    CHECK(ramanujan_gap_metric(layer("l", drawn)).is_undefined());
}

}  // namespace espalier::topology
