#include <fstream>

#include <espalier/sweep/run_record.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "support.hpp"
#include "training/run_requests.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

using Reals = std::vector<double>;
using Integers = std::vector<std::int64_t>;
using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("run record: what a run said at its end, derived from its tables or taken from its attributes",
          "[sweep][record]") {
    const TemporaryFolder folder;
    for (const char* method : {"set", "rigl", "static", "dense", "gmp"}) {
        INFO(method);
        const training::RunResult said =
            training::run(digits_request(method, folder / method, {"training.evaluate_every=5it"}));
        const RunRecord record = read_run_record(folder / method / "run.h5");
        CHECK(record.status == "finished");
        CHECK(record.reason.empty());
        CHECK(record.seed == 3);
        CHECK(record.config.sparsity.method == method);
        CHECK(record.result("test_accuracy") == said.test_accuracy);
        CHECK(record.result("test_loss") == said.test_loss);
        CHECK(record.result("validation_accuracy") == *said.validation_accuracy);
        CHECK(record.result("best_test_accuracy") == *said.best_test_accuracy);
        CHECK(record.result("best_test_loss") == *said.best_test_loss);
        CHECK(record.result("best_step") == static_cast<double>(*said.best_step));
        REQUIRE(record.best() != nullptr);
        CHECK(record.best()->step == *said.best_step);
        CHECK(record.best()->test_accuracy == *said.best_test_accuracy);
        CHECK(record.best()->density == said.density);
        CHECK(record.result("density") == said.density);
        CHECK(record.result("exploration_rate") == *said.exploration_rate);
        CHECK(record.result("seconds") == said.seconds);
        CHECK(record.result("peak_rss_bytes") == static_cast<double>(said.peak_rss_bytes));
        CHECK(std::isnan(record.result("nonsense")));
        CHECK(record.results.front().first == "test_accuracy");
    }
}

TEST_CASE("run record: the best is one of the final density, in a run that goes on too", "[sweep][record]") {
    const TemporaryFolder folder;
    training::RunRequest request =
        digits_request("gmp", folder.path(),
                       {"sparsity.density=0.01", "sparsity.update_every=20it", "training.epochs=5",
                        "training.evaluate_every=3it", "sparsity.density_until=0.6"});
    stop_after(request, 75);
    const training::RunResult said = training::run(request);
    const RunRecord record = read_run_record(folder / "run.h5");
    CHECK(record.status == "interrupted");
    CHECK(*said.best_step > 60);
    CHECK(record.result("best_step") == static_cast<double>(*said.best_step));
    CHECK(record.result("best_test_accuracy") == *said.best_test_accuracy);
    CHECK(record.best()->step == *said.best_step);
    CHECK(record.early_stop()->step > 60);
    CHECK(record.evaluations.front().density == 1.0);
}

TEST_CASE("run record: of a run that was stopped, what there is", "[sweep][record]") {
    const TemporaryFolder folder;
    training::RunRequest request = digits_request("set", folder.path(), {"training.evaluate_every=5it"});
    stop_after(request, 30);
    training::run(request);
    const RunRecord record = read_run_record(folder / "run.h5");
    CHECK(record.status == "interrupted");
    CHECK(record.evaluations.size() == 7);  // at 0, 5, ... 30
    CHECK(record.result("test_accuracy") == record.evaluations.back().test_accuracy);
    CHECK(record.result("seconds") > 0.0);
    CHECK(std::isnan(record.result("steps_per_second")));
}

namespace {

std::vector<std::string> sorted(std::vector<std::string> names) {
    std::ranges::sort(names);
    return names;
}

}  // namespace

TEST_CASE("run record: attributes that a later version adds come last, by name", "[sweep][record]") {
    const TemporaryFolder folder;
    training::run(digits_request("static", folder.path()));
    {
        hdf5::File file = hdf5::File::open_for_writing(folder / "run.h5");
        hdf5::Group root = file.root();
        root.set_attribute("zebras", 2.5e9);
        root.set_attribute("aardvarks", std::int64_t{7});
        root.set_attribute("note", std::string("x"));
    }
    const RunRecord record = read_run_record(folder / "run.h5");
    std::vector<std::string> names;
    for (const auto& [name, value] : record.results) names.push_back(name);
    REQUIRE(names.size() > 13);
    CHECK(std::vector(names.begin() + 10, names.end()) == sorted(std::vector(names.begin() + 10, names.end())));
    CHECK(names[10] == "aardvarks");
    CHECK(names.back() == "zebras");
    CHECK(record.result("zebras") == 2.5e9);
    CHECK(record.result("aardvarks") == 7.0);
    CHECK(std::isnan(record.result("note")));
}

TEST_CASE("run record: a damaged file is a record, too", "[sweep][record]") {
    const TemporaryFolder folder;
    std::ofstream(folder / "run.h5") << "no HDF5";
    const RunRecord record = read_run_record(folder / "run.h5");
    CHECK(record.status == "unreadable");
    CHECK_THAT(record.reason, Contains("run.h5"));
    CHECK(read_run_record(folder / "none.h5").status == "unreadable");
}

TEST_CASE("evaluations: both splits of a step in one, with the masks that were evaluated", "[sweep][record]") {
    training::RunSummary run;
    run.metrics["eval"] = {{"step", Integers{0, 0, 5, 5, 10}},
                           {"epoch", Reals{0.0, 0.0, 0.5, 0.5, 1.0}},
                           {"split", Texts{"validation", "test", "validation", "test", "test"}},
                           {"loss", Reals{2.0, 2.1, 1.0, 1.1, 0.5}},
                           {"accuracy", Reals{0.1, 0.2, 0.3, 0.4, 0.5}}};
    // The update of step 5 comes after the evaluation of step 5.
    run.metrics["topology"] = {{"step", Integers{0, 0, 5, 5, 7, 7}},
                               {"layer", Integers{1, -1, 1, -1, 1, -1}},
                               {"density", Reals{0.9, 0.30, 0.9, 0.29, 0.9, 0.28}},
                               {"exploration_rate", Reals{0.9, 0.30, 0.9, 0.4, 0.9, 0.5}}};
    const std::vector<Evaluation> all = evaluations(run);
    REQUIRE(all.size() == 3);
    CHECK(all[0].validation_accuracy == 0.1);
    CHECK(all[0].test_loss == 2.1);
    CHECK(all[0].density == 0.30);
    CHECK(all[1].step == 5);
    CHECK(all[1].validation_loss == 1.0);
    CHECK(all[1].test_accuracy == 0.4);
    CHECK(all[1].density == 0.30);
    CHECK(std::isnan(all[2].validation_accuracy));
    CHECK(all[2].exploration_rate == 0.5);
    CHECK(evaluations(training::RunSummary{}).empty());
}

}  // namespace espalier::sweep
