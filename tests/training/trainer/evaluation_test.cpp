#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/data/lookup.hpp>
#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/plan/plan.hpp>
#include <espalier/training/trainer/evaluation.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("evaluation: a range's score is the weighted mean of its parts' scores", "[training]") {
    const data::Dataset digits = data::load_dataset("digits", "");
    const config::RunConfig config = digits_request("set", "unused").config;
    nn::Network<float> network = make_network(config, plan_network(config, 64, 10));
    const auto how = data::standardisation(digits, {0, digits.train.count}, data::Standardise::channel);
    Evaluator evaluate(network);
    const Score all = evaluate(digits.train, {0, 700}, how);  // not a whole number of batches
    const Score first = evaluate(digits.train, {0, 300}, how);
    const Score rest = evaluate(digits.train, {300, 700}, how);
    CHECK(all.accuracy == Approx((300 * first.accuracy + 400 * rest.accuracy) / 700));
    CHECK(all.loss == Approx((300 * first.loss + 400 * rest.loss) / 700));
    CHECK(all.loss > 0.0);
    CHECK_THROWS_AS(evaluate(digits.train, {5, 5}, how), ConfigError);
}

TEST_CASE("evaluation: a wide network is evaluated fewer examples at a time, to the same score", "[training]") {
    const data::Dataset digits = data::load_dataset("digits", "");
    config::RunConfig config = digits_request("static", "unused").config;
    config.model.hidden = {600'000};  // 16 at a time
    nn::Network<float> network = make_network(config, plan_network(config, 64, 10));
    const auto how = data::standardisation(digits, {0, digits.train.count}, data::Standardise::channel);
    Evaluator evaluate(network);
    const Score all = evaluate(digits.train, {0, 40}, how);
    double accuracy = 0.0;
    double loss = 0.0;
    for (std::size_t k = 0; k < 40; ++k) {
        const Score one = evaluate(digits.train, {k, k + 1}, how);
        accuracy += one.accuracy / 40.0;
        loss += one.loss / 40.0;
    }
    CHECK(all.accuracy == Approx(accuracy));
    CHECK(all.loss == Approx(loss).epsilon(1e-5));
}

TEST_CASE("evaluation: a network that knows nothing scores ln(classes) where its logits are equal", "[training]") {
    const data::Dataset digits = data::load_dataset("digits", "");
    const config::RunConfig config = digits_request("dense", "unused").config;
    nn::Network<float> network = make_network(config, plan_network(config, 64, 10));
    for (nn::Parameter<float>* parameter : network.table().trained())
        parameter->values.assign(parameter->values.size(), 0.0F);
    const auto how = data::standardisation(digits, {0, digits.train.count}, data::Standardise::none);
    Evaluator evaluate(network);
    CHECK(evaluate(digits.test, {0, digits.test.count}, how).loss == Approx(std::log(10.0)));
}

}  // namespace espalier::training
