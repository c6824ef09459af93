#include <espalier/base/text/error.hpp>
#include <espalier/tickets/agreement.hpp>

#include "predicted.hpp"

namespace espalier::tickets {
using namespace testing;

TEST_CASE("agreement: a table", "[tickets][agreement]") {
    const Predictions a = predicted({{0.8, 0.2}, {0.4, 0.6}}, {0, 1});
    const Predictions b = predicted({{0.3, 0.7}, {0.1, 0.9}}, {0, 1});
    const auto kl = [](double p, double q) { return p * std::log(p / q) + (1 - p) * std::log((1 - p) / (1 - q)); };
    const Agreement found = agreement(a, b);
    CHECK(found.agreement == 0.5);
    CHECK(found.divergence == Approx((kl(0.8, 0.3) + kl(0.3, 0.8) + kl(0.4, 0.1) + kl(0.1, 0.4)) / 4.0));
}

TEST_CASE("agreement: symmetric, and nothing differs from itself", "[tickets][agreement]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const Predictions a = random_predictions(50, 6, stream);
    Predictions b = random_predictions(50, 6, stream);
    b.labels = a.labels;
    CHECK(agreement(a, b).divergence == Approx(agreement(b, a).divergence));
    CHECK(agreement(a, b).agreement == agreement(b, a).agreement);
    CHECK(agreement(a, b).divergence > 0.0);
    CHECK(agreement(a, a).agreement == 1.0);
    CHECK(agreement(a, a).divergence == 0.0);
    const Diversity three = diversity({a, b, a});
    CHECK(three.disagreement == Approx(2.0 / 3.0 * (1.0 - agreement(a, b).agreement)));
    CHECK(three.divergence == Approx(2.0 / 3.0 * agreement(a, b).divergence));
    CHECK(std::isnan(diversity({a}).disagreement));
    b.labels.pop_back();
    CHECK_THROWS_AS(agreement(a, b), FormatError);
}

}  // namespace espalier::tickets
