#include <espalier/base/text/error.hpp>
#include <espalier/topology/spectral/singular_values.hpp>

#include "topology/graphs.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("singular values: worked examples", "[topology][spectra]") {
    //        inputs 0 1 2 3        definitions.md 6.31, A and B
    const Pattern a = pattern({{1, 0, 1, 0}, {1, 1, 0, 0}, {0, 1, 1, 1}});
    const Pattern b = pattern({{1, 1, 1, 1}, {1, 1, 0, 0}, {0, 0, 1, 1}});
    const std::vector<double> of_a = singular_values(a);
    const std::vector<double> of_b = singular_values(b);
    const double expected_a[] = {2.101003, 1.259280, 1};
    const double expected_b[] = {2.449490, 1.414214, 0};
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(of_a[k] == Approx(expected_a[k]).margin(1e-6));
        CHECK(of_b[k] == Approx(expected_b[k]).margin(1e-6));
    }
    CHECK(numerical_rank_metric(layer("a", a)).number() == 3);
    CHECK(numerical_rank_metric(layer("b", b)).number() == 2);
}

TEST_CASE("singular values agree with the eigenvalues of the whole graph", "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const auto& [p, ignored] : random_pattern_pairs(60, 30)) {
        const std::vector<double> weights = random_values(p.edges(), stream);
        for (const std::vector<double>& values : {std::vector<double>{}, weights}) {
            const std::vector<double> found = singular_values(p, values);
            const std::vector<double> expected = spectrum_by_eigenvalues(dense_matrix(p, values));
            REQUIRE(found.size() == expected.size());
            for (std::size_t k = 0; k < found.size(); ++k) CHECK(found[k] == Approx(expected[k]).margin(1e-10));
        }
    }
}

TEST_CASE("singular values: squares sum to the edges", "[topology][spectra]") {
    Stream stream = test_stream();
    const Pattern drawn = random_pattern(60, 90, 0.2, stream);
    double squares = 0;
    for (const double value : singular_values(drawn)) squares += value * value;
    CHECK(squares == Approx(static_cast<double>(drawn.edges())));
}

TEST_CASE("singular values: what is too large is refused with a remedy", "[topology][spectra]") {
    std::vector<std::uint64_t> diagonal;
    for (std::uint64_t k = 0; k < 3000; ++k) diagonal.push_back(k * 3001);
    const Layer large = layer("large", Pattern::from_flat(3000, 3000, diagonal));
    CHECK_THROWS_WITH(singular_values(large.pattern), Contains("3000x3000") && Contains("ramanujan_gap"));
    for (const auto metric : {singular_values_metric, effective_rank_metric, numerical_rank_metric}) {
        CHECK_THAT(metric(large, SpectrumOf::pattern).reason(), Contains("too large"));
    }
    CHECK(spectral_norm_metric(large).number() == Approx(1));
    const Pattern small = Pattern::from_flat(3000, 3000, std::vector<std::uint64_t>{0, 3001});
    CHECK(singular_values(small)[1] == Approx(1));  // dead neurons do not count
}

TEST_CASE("effective rank: of equal values their number", "[topology][spectra]") {
    const Pattern identity = pattern({{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});
    CHECK(effective_rank_metric(layer("l", identity)).number() == Approx(3));
    CHECK(effective_rank_metric(layer("l", Pattern::full(4, 7))).number() == Approx(1));
    CHECK(effective_rank_metric(layer("l", Pattern::empty(4, 7))).reason() == "all singular values are 0");
    const Layer uneven = weighted_layer(identity, {3, -1, 0});
    const double expected = std::exp(-0.75 * std::log(0.75) - 0.25 * std::log(0.25));
    CHECK(effective_rank_metric(uneven, SpectrumOf::weights).number() == Approx(expected));
}

TEST_CASE("spectral metrics: of weights, where they are known", "[topology][spectra]") {
    const Pattern full = Pattern::full(2, 2);
    const Layer signed_layer = weighted_layer(full, {1, 1, 1, -1});
    CHECK(spectral_norm_metric(signed_layer).number() == Approx(2));
    CHECK(spectral_norm_metric(signed_layer, SpectrumOf::weights).number() == Approx(std::sqrt(2)));
    CHECK(spectral_norm_metric(signed_layer, SpectrumOf::absolute_weights).number() == Approx(2));
    CHECK(singular_values_metric(signed_layer, SpectrumOf::weights).list()[1] == Approx(std::sqrt(2)));
    CHECK(numerical_rank_metric(signed_layer, SpectrumOf::absolute_weights).number() == 1);
    CHECK(spectral_norm_metric(layer("l", full), SpectrumOf::weights).reason() == "weights are not known");
    CHECK(singular_values_metric(layer("l", full), SpectrumOf::weights).reason() == "weights are not known");
    CHECK(spectral_norm_metric(layer("l", Pattern::empty(2, 3)), SpectrumOf::weights).number() == 0);
    CHECK(singular_values_metric(layer("l", Pattern::empty(0, 3))).list().empty());
    CHECK(numerical_rank_metric(layer("l", Pattern::empty(0, 3))).number() == 0);
}

}  // namespace espalier::topology
