#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/training/run/best_evaluations.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

/// 64-64-32-10 pruned from all weights to 65 of 6464 in three events; the last comes after step 60.
std::vector<std::string> pruned_to_one_percent() {
    return {"model.hidden=[64,32]",       "model.dropout=0",     "sparsity.density=0.01",
            "sparsity.update_every=20it", "training.epochs=5",   "training.evaluate_every=3it",
            "sparsity.density_until=0.6", "snapshots.every=3it", "snapshots.weights=false"};
}

struct Found {
    std::int64_t step = -1;
    double validation = -1.0;
    double test = -1.0;
};

/// From the file alone: the first evaluation of highest validation accuracy with as many weights as the last has; and
/// of all evaluations, whatever they have.
std::pair<Found, Found> best_by_file(const std::filesystem::path& file) {
    const RunSummary summary = read_run_summary(file);
    const Columns& table = summary.metrics.at("eval");
    const auto& steps = std::get<std::vector<std::int64_t>>(table.at("step"));
    const auto& accuracies = std::get<std::vector<double>>(table.at("accuracy"));
    const hdf5::Group snapshots = hdf5::File::open(file).root().group("snapshots");
    const auto weights = [&](std::int64_t step) {
        std::size_t kept = 0;
        const std::string digits = std::to_string(step);
        const hdf5::Group snapshot = snapshots.group(std::string(9 - digits.size(), '0') + digits);
        for (const std::string& layer : snapshot.children()) kept += snapshot.group(layer).dataset("indices").size();
        return kept;
    };
    std::pair<Found, Found> found;
    for (std::size_t row = 0; row + 1 < steps.size(); row += 2) {  // validation, test, validation, ...
        const Found here{steps[row], accuracies[row], accuracies[row + 1]};
        if (here.validation > found.second.validation) found.second = here;
        if (weights(here.step) != weights(steps.back())) continue;
        if (here.validation > found.first.validation) found.first = here;
    }
    return found;
}

}  // namespace

TEST_CASE("best evaluations: the first of highest merit, apart for each number of weights", "[training][best]") {
    BestEvaluations best;
    CHECK(best.at(10) == nullptr);
    best.consider({.kept = 100, .step = 0, .merit = 0.9, .test_accuracy = 0.8, .test_loss = 0.5});
    best.consider({.kept = 10, .step = 5, .merit = 0.3, .test_accuracy = 0.2, .test_loss = 2.0});
    best.consider({.kept = 10, .step = 6, .merit = 0.4, .test_accuracy = 0.1, .test_loss = 2.1});
    best.consider({.kept = 10, .step = 7, .merit = 0.4, .test_accuracy = 0.9, .test_loss = 2.2});
    best.consider({.kept = 10, .step = 8, .merit = std::nan(""), .test_accuracy = 0.9, .test_loss = 2.2});
    best.consider({.kept = 7, .step = 9, .merit = std::nan(""), .test_accuracy = 0.9, .test_loss = 2.2});
    REQUIRE(best.at(10) != nullptr);
    CHECK(best.at(10)->step == 6);
    CHECK(best.at(10)->test_accuracy == 0.1);
    CHECK(best.at(100)->step == 0);
    CHECK(best.at(7) == nullptr);
    best.consider({.kept = 100, .step = 10, .merit = 0.95});  // a density that comes back
    CHECK(best.at(100)->step == 10);
}

TEST_CASE("best evaluations: a checkpoint keeps them; one that does not fit is refused", "[training][best]") {
    const TemporaryFolder folder;
    BestEvaluations best;
    best.consider({.kept = 100, .step = 3, .merit = 0.9, .test_accuracy = 0.8, .test_loss = 0.5});
    best.consider({.kept = 10, .step = 5, .merit = -0.25, .test_accuracy = 0.2, .test_loss = 2.0});
    write_checkpoint(folder / "a", [&](CheckpointWriter& out) { best.save(out); });
    BestEvaluations again;
    again.load(CheckpointReader(folder / "a"));
    REQUIRE(again.at(10) != nullptr);
    CHECK(again.at(10)->step == 5);
    CHECK(again.at(10)->merit == -0.25);
    CHECK(again.at(10)->test_accuracy == 0.2);
    CHECK(again.at(10)->test_loss == 2.0);
    CHECK(again.at(100)->step == 3);

    write_checkpoint(folder / "none", [&](CheckpointWriter& out) { BestEvaluations().save(out); });
    again.load(CheckpointReader(folder / "none"));
    CHECK(again.at(10) == nullptr);

    write_checkpoint(folder / "uneven", [](CheckpointWriter& out) {
        out.put("best.kept", std::vector<std::uint64_t>{1, 2});
        out.put("best.step", std::vector<std::int64_t>{1});
    });
    CHECK_THROWS_WITH(again.load(CheckpointReader(folder / "uneven")),
                      Contains("not equally long") && Contains("--force"));
}

TEST_CASE("best evaluations: a pruned run's best has the density that is reported beside it, resumed or not",
          "[training][best]") {
    const TemporaryFolder whole;
    const RunResult result = run(digits_request("gmp", whole.path(), pruned_to_one_percent()));
    const auto [best, of_all] = best_by_file(whole / "run.h5");
    REQUIRE(of_all.step < 60);  // the trap: the network before the last pruning scores higher
    REQUIRE(best.step > 60);
    CHECK(result.density == Approx(0.01).epsilon(0.02));
    CHECK(*result.best_step == best.step);
    CHECK(*result.best_test_accuracy == best.test);
    CHECK(*result.best_test_accuracy < of_all.test);
    const RunSummary summary = read_run_summary(whole / "run.h5");
    CHECK(std::get<std::int64_t>(summary.results.at("best_step")) == best.step);
    CHECK(std::get<double>(summary.results.at("best_test_accuracy")) == best.test);

    for (const int stop : {10, 61, 80, 99}) {
        INFO("stopped after " << stop << " steps");
        const TemporaryFolder parts;
        RunRequest request = digits_request("gmp", parts.path(), pruned_to_one_percent());
        stop_after(request, stop);
        run(request);
        request.resume = true;
        request.stop_requested = [] { return false; };
        const RunResult resumed = run(request);
        CHECK(*resumed.best_step == *result.best_step);
        CHECK(*resumed.best_test_accuracy == *result.best_test_accuracy);
        CHECK(*resumed.best_test_loss == *result.best_test_loss);
    }
}

TEST_CASE("best evaluations: stopped between a pruning and the next evaluation, a run has none", "[training][best]") {
    const TemporaryFolder folder;
    RunRequest request = digits_request("gmp", folder.path(), pruned_to_one_percent());
    stop_after(request, 20);  // evaluated at 18, pruned after 20
    const RunResult result = run(request);
    CHECK_FALSE(result.best_step.has_value());
    CHECK_FALSE(result.best_test_accuracy.has_value());
    CHECK(result.validation_accuracy.has_value());
}

TEST_CASE("best evaluations: where the density stays, all evaluations count", "[training][best]") {
    const TemporaryFolder folder;
    const RunResult result =
        run(digits_request("rigl", folder.path(), {"training.evaluate_every=4it", "snapshots.every=4it"}));
    const auto [best, of_all] = best_by_file(folder / "run.h5");
    CHECK(*result.best_step == of_all.step);
    CHECK(*result.best_test_accuracy == of_all.test);
    CHECK(best.step == of_all.step);
}

}  // namespace espalier::training
