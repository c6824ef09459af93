#include <cmath>

#include <espalier/base/error.hpp>
#include <espalier/nn/initialise.hpp>

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
        CHECK(drawn_variance({kaiming, "sparse_aware"}, 25, gain) == Approx(2.0 / 25).epsilon(0.05));
        CHECK(drawn_variance({kaiming, "dense_then_mask"}, 25, gain) == Approx(2.0 / 500).epsilon(0.05));
        CHECK(drawn_variance({kaiming, "scaled", 0.1, 0.05}, 25, gain) == Approx(2.0 / 25).epsilon(0.05));
    }
    for (const char* xavier : {"xavier_uniform", "xavier_normal"}) {
        CHECK(drawn_variance({xavier, "dense_then_mask"}, 25, gain) == Approx(2.0 / 4500).epsilon(0.05));
        CHECK(drawn_variance({xavier, "sparse_aware"}, 25, gain) == Approx(2.0 / 4500 * 20).epsilon(0.05));
    }
    CHECK(drawn_variance({"normal", "sparse_aware", 0.1}, 25, gain) == Approx(0.01).epsilon(0.05));
}

TEST_CASE("initialise: with a dense mask sparse-aware changes nothing", "[nn]") {
    MaskedWeight<double> a(Pattern::full(30, 40)), b(Pattern::full(30, 40));
    initialise(a, {"kaiming_normal", "sparse_aware"}, 1.0, Stream(1, Purpose::weight_init));
    initialise(b, {"kaiming_normal", "dense_then_mask"}, 1.0, Stream(1, Purpose::weight_init));
    CHECK(a.parameter().values == b.parameter().values);
}

TEST_CASE("initialise: unknown names are refused with the known ones", "[nn]") {
    MaskedWeight<double> weight(Pattern::full(2, 2));
    CHECK_THROWS_WITH(initialise(weight, {"kaiming", "sparse_aware"}, 1.0, Stream(1, Purpose::weight_init)),
                      Contains("model.init 'kaiming'") && Contains("xavier_normal"));
    CHECK_THROWS_AS(initialise(weight, {"normal", "real"}, 1.0, Stream(1, Purpose::weight_init)), ConfigError);
}

}  // namespace espalier::nn
