#include <cmath>

#include <espalier/training/trainer/trainer.hpp>

#include "run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

const std::vector<std::string> small = {"model.kind=autoencoder",   "model.hidden=[32]", "model.activation=sigmoid",
                                        "model.input_noise=0.2",    "model.dropout=0.1", "data.standardise=none",
                                        "optimizer.learning_rate=2"};

std::vector<std::string> with(std::vector<std::string> overrides, const std::vector<std::string>& more) {
    overrides.insert(overrides.end(), more.begin(), more.end());
    return overrides;
}

}  // namespace

TEST_CASE("autoencoder: as many outputs as inputs, and a reconstruction that gets better", "[training][autoencoder]") {
    for (const char* method : {"dense", "static", "set", "rigl"}) {
        INFO(method);
        Trainer trainer(digits_request(method, "unused", with(small, {"training.epochs=20"})).config, digits());
        CHECK(trainer.plan().spec.nodes.back().outputs == 64);
        const double before = trainer.validation_score().loss;
        while (!trainer.is_done()) {
            trainer.train_step();
            if (trainer.update_is_due()) trainer.update_topology();
        }
        const Score after = trainer.validation_score();
        CHECK(after.loss < 0.35 * before);
        CHECK(std::isnan(after.accuracy));
    }
}

TEST_CASE("autoencoder: predicting the mean of each pixel scores the pixels' variance", "[training][autoencoder]") {
    Trainer trainer(digits_request("dense", "unused", with(small, {"data.standardise=feature"})).config, digits());
    for (nn::Parameter<float>* parameter : trainer.network().table().trained()) {
        parameter->values.assign(parameter->values.size(), 0.0F);
    }
    // Standardised by feature, the training part has variance 1 in every pixel that varies: 61 of the 64.
    Evaluator evaluate(trainer.network(), objective("autoencoder"));
    const data::Range training{0, digits().train.count - digits().train.count / 10};
    const auto how = data::standardisation(digits(), training, data::Standardise::feature);
    double varying = 0.0;
    for (const float scale : how.scale) varying += scale != 0.0F ? 1.0 : 0.0;
    CHECK(evaluate(digits().train, training, how).loss == Approx(varying / 64.0).epsilon(1e-4));
}

TEST_CASE("autoencoder: noise changes training, not the target nor evaluation", "[training][autoencoder]") {
    const auto first_step = [](const std::string& noise, const std::string& seed) {
        const auto more = with(small, {"model.input_noise=" + noise, "model.dropout=0", "seed=" + seed});
        Trainer trainer(digits_request("dense", "unused", more).config, digits());
        const double before = trainer.test_score().loss;
        trainer.train_step();
        return std::pair(before, trainer.epoch_sums().loss);
    };
    const auto quiet = first_step("0", "3");
    const auto noisy = first_step("0.2", "3");
    CHECK(quiet.first == noisy.first);
    CHECK(quiet.second != noisy.second);
    CHECK(noisy.second == Approx(quiet.second).epsilon(0.5));
    CHECK(noisy == first_step("0.2", "3"));
}

TEST_CASE("autoencoder: stopped at any step and resumed, it ends as the uninterrupted run, bit for bit",
          "[training][autoencoder]") {
    for (const char* method : {"set", "rigl"}) {
        INFO(method);
        const TemporaryFolder whole;
        run(digits_request(method, whole.path(), small));
        const TemporaryFolder parts;
        run_in_parts(digits_request(method, parts.path(), small), {0, 1, 7, 20, 21, 43, 62});
        CHECK((all_arrays(parts.path()) == all_arrays(whole.path())));
    }
}

TEST_CASE("autoencoder: a result without accuracy says why, and best means least validation loss",
          "[training][autoencoder]") {
    const TemporaryFolder folder;
    const RunResult result = run(digits_request("set", folder.path(), small));
    CHECK_FALSE(result.has_accuracy);
    CHECK(std::isnan(result.test_accuracy));
    CHECK_FALSE(result.validation_accuracy.has_value());
    CHECK_FALSE(result.best_test_accuracy.has_value());
    const RunSummary summary = read_run_summary(folder / "run.h5");
    CHECK(std::get<std::string>(summary.results.at("test_accuracy_reason")) == no_accuracy_reason);

    const Columns& table = summary.metrics.at("eval");
    const auto& splits = std::get<std::vector<std::string>>(table.at("split"));
    const auto& losses = std::get<std::vector<double>>(table.at("loss"));
    double least = 1e30;
    double test_there = 0.0;
    for (std::size_t row = 0; row + 1 < splits.size(); row += 2) {
        REQUIRE(splits[row] == "validation");
        if (losses[row] < least) {
            least = losses[row];
            test_there = losses[row + 1];
        }
    }
    CHECK(*result.best_test_loss == test_there);
    CHECK(*result.validation_loss == losses[losses.size() - 2]);
    CHECK(result.test_loss == losses.back());
}

}  // namespace espalier::training
