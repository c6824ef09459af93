#include <algorithm>
#include <numeric>

#include <espalier/base/text/error.hpp>
#include <espalier/data/lookup.hpp>
#include <espalier/training/trainer/feature_evaluation.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("feature evaluation: more of the digits' pixels are better, dead ones worth nothing",
          "[training][features]") {
    const data::Dataset digits = data::load_dataset("digits", "");
    const config::RunConfig::Data how = digits_request("set", "unused").config.data;
    const FeatureJudge judge{.hidden = 32, .epochs = 10, .seed = 1};
    const auto accuracy = [&](const std::vector<std::uint32_t>& features) {
        return accuracy_with_features(how, digits, features, judge);
    };
    std::vector<std::uint32_t> all(64);
    std::iota(all.begin(), all.end(), 0U);
    const double of_all = accuracy(all);
    const double of_some = accuracy({20, 28, 36, 43, 10});
    CHECK(of_all > 0.85);
    CHECK(of_some < of_all);
    CHECK(of_some > 0.3);
    CHECK(accuracy({0, 32, 39}) < 0.2);  // 0, 32 and 39 are always blank
    CHECK(accuracy({20, 28, 36, 43, 10}) == of_some);
    CHECK_THROWS_AS(accuracy({64}), ConfigError);
}

TEST_CASE("feature evaluation: random features are different numbers, by the seed", "[training][features]") {
    const auto features = random_features(784, 50, 3);
    CHECK(features.size() == 50);
    CHECK(std::ranges::adjacent_find(features, std::greater_equal<>{}) == features.end());
    CHECK(features.back() < 784);
    CHECK(features == random_features(784, 50, 3));
    CHECK(features != random_features(784, 50, 4));
    CHECK(random_features(5, 5, 0) == std::vector<std::uint32_t>{0, 1, 2, 3, 4});
    CHECK_THROWS_AS(random_features(5, 6, 0), ConfigError);
}

}  // namespace espalier::training
