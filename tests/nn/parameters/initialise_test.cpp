#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/parameters/initialise.hpp>

#include "support.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

double variance(const AlignedVector<double>& values) {
    double sum = 0.0;
    for (const double v : values) sum += v * v;
    return sum / static_cast<double>(values.size());
}

/// Variance of the weights of a 4000 x 500 layer of this density, all neurons with equally many weights.
double drawn_variance(const Initialisation& how, std::size_t kept, double gain) {
    std::vector<std::uint64_t> flat;
    for (std::uint64_t row = 0; row < 4000; ++row) {
        for (std::uint64_t k = 0; k < kept; ++k) flat.push_back(row * 500 + k * 500 / kept);
    }
    MaskedWeight<double> weight(Pattern::from_flat(4000, 500, flat));
    initialise(weight, how, gain, Stream(1, Purpose::weight_init));
    return variance(weight.parameter().values);
}

}  // namespace

TEST_CASE("initialise: variances of every distribution and fan-in", "[nn]") {
    const double gain = std::sqrt(2.0);
    for (const char* kaiming : {"kaiming_uniform", "kaiming_normal"}) {
        CHECK(drawn_variance({&initialiser(kaiming), FanMode::sparse_aware}, 25, gain) ==
              Approx(2.0 / 25).epsilon(0.05));
        CHECK(drawn_variance({&initialiser(kaiming), FanMode::dense_then_mask}, 25, gain) ==
              Approx(2.0 / 500).epsilon(0.05));
        CHECK(drawn_variance({&initialiser(kaiming), FanMode::sparse_norm}, 25, gain) ==
              Approx(2.0 / 25).epsilon(0.05));
        CHECK(drawn_variance({&initialiser(kaiming), FanMode::layer_density}, 25, gain) ==
              Approx(2.0 / 25).epsilon(0.05));
        CHECK(drawn_variance({&initialiser(kaiming), FanMode::scaled, 0.1, 0.05}, 25, gain) ==
              Approx(2.0 / 25).epsilon(0.05));
    }
    for (const char* xavier : {"xavier_uniform", "xavier_normal"}) {
        CHECK(drawn_variance({&initialiser(xavier), FanMode::dense_then_mask}, 25, gain) ==
              Approx(2.0 / 4500).epsilon(0.05));
        CHECK(drawn_variance({&initialiser(xavier), FanMode::sparse_aware}, 25, gain) ==
              Approx(2.0 / 4500 * 20).epsilon(0.05));
    }
    CHECK(drawn_variance({&initialiser("normal"), FanMode::sparse_aware, 0.1}, 25, gain) == Approx(0.01).epsilon(0.05));
}

TEST_CASE("initialise: kept ones of a dense draw, rescaled as the fan mode has it", "[nn]") {
    MaskedWeight<double> weight(pattern({{1, 0, 1, 0}, {0, 0, 0, 0}, {1, 1, 1, 1}, {0, 0, 0, 1}}));
    const std::vector<double> dense{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    const auto kept = [&](const Initialisation& how) {
        keep_of_dense(weight, std::span<const double>(dense), how);
        return std::vector<double>(weight.parameter().values.begin(), weight.parameter().values.end());
    };
    CHECK(kept({&initialiser("kaiming_normal"), FanMode::dense_then_mask}) ==
          std::vector<double>{1, 3, 9, 10, 11, 12, 16});
    const double half = std::sqrt(2.0);
    CHECK(kept({&initialiser("kaiming_normal"), FanMode::sparse_aware}) ==
          std::vector<double>{half, 3 * half, 9, 10, 11, 12, 32});
    CHECK(kept({&initialiser("kaiming_normal"), FanMode::scaled, 0.1, 0.25}) ==
          std::vector<double>{2, 6, 18, 20, 22, 24, 32});
    CHECK(kept({&initialiser("kaiming_normal"), FanMode::layer_density})[0] == Approx(std::sqrt(16.0 / 7.0)));
    const std::vector<double> by_norm = kept({&initialiser("kaiming_normal"), FanMode::sparse_norm});
    CHECK(by_norm[0] == Approx(std::sqrt(30.0 / 10.0)));  // 1, 2, 3, 4 as long as 1, 3
    CHECK(by_norm[1] == Approx(3 * std::sqrt(30.0 / 10.0)));
    CHECK(by_norm[2] == 9);
    CHECK(by_norm[6] == Approx(std::sqrt(13.0 * 13 + 14 * 14 + 15 * 15 + 16 * 16)));
    CHECK(kept({&initialiser("normal"), FanMode::sparse_norm})[0] == 1);
    CHECK(kept({&initialiser("normal"), FanMode::sparse_aware}) == std::vector<double>{1, 3, 9, 10, 11, 12, 16});
    CHECK_THROWS_AS(keep_of_dense(weight, std::span<const double>(dense).first(15), {}), FormatError);
}

TEST_CASE("initialise: with a dense mask sparse-aware changes nothing", "[nn]") {
    MaskedWeight<double> a(Pattern::full(30, 40)), b(Pattern::full(30, 40));
    initialise(a, {&initialiser("kaiming_normal"), FanMode::sparse_aware}, 1.0, Stream(1, Purpose::weight_init));
    initialise(b, {&initialiser("kaiming_normal"), FanMode::dense_then_mask}, 1.0, Stream(1, Purpose::weight_init));
    CHECK(a.parameter().values == b.parameter().values);
}

TEST_CASE("initialise: unknown names are refused with the known ones", "[nn]") {
    CHECK_THROWS_WITH(initialiser("kaiming"), Contains("initialiser 'kaiming'") && Contains("xavier_normal"));
    CHECK_THROWS_AS(choice(fan_modes(), "real", "fan mode"), ConfigError);
}

}  // namespace espalier::nn
