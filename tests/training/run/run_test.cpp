#include <cmath>
#include <fstream>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/kernels/gemm.hpp>
#include <espalier/sparsity/methods/methods.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/training/run/run.hpp>
#include <espalier/training/state/checkpoint.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("run: each method trains the digits well and leaves what docs/formats.md promises", "[training][run]") {
    for (const std::string& method : names_of(sparsity::methods())) {
        INFO(method);
        const TemporaryFolder folder;
        const RunResult result = run(digits_request(method, folder.path(), {"snapshots.every=1ep"}));
        CHECK(result.status == "finished");
        CHECK(result.steps == 3 * 21);
        CHECK(result.test_accuracy > 0.6);
        CHECK(result.snapshots == std::vector<std::int64_t>{0, 21, 42, 63});
        CHECK(result.steps_per_second > 0.0);
        CHECK(result.loading_share > 0.0);
        CHECK(result.loading_share < 1.0);
        CHECK(result.peak_rss_bytes > 0);
        CHECK(result.density == Approx(method == "dense" ? 1.0 : 0.3).epsilon(0.001));
        CHECK(*result.exploration_rate >= result.density);
        CHECK(*result.best_test_accuracy > 0.5);

        const RunSummary summary = read_run_summary(folder / "run.h5");
        CHECK(summary.status == "finished");
        CHECK(summary.snapshots == std::vector<std::string>{"000000000", "000000021", "000000042", "000000063"});
        CHECK(std::get<std::vector<std::int64_t>>(summary.metrics.at("train").at("step")) ==
              std::vector<std::int64_t>{21, 42, 63});
        const auto& splits = std::get<std::vector<std::string>>(summary.metrics.at("eval").at("split"));
        CHECK(splits.size() == 8);  // at 0, 21, 42 and 63, validation and test
        const Columns& topology = summary.metrics.at("topology");
        const auto& update_seconds = std::get<std::vector<double>>(topology.at("seconds"));
        const auto& grown = std::get<std::vector<std::int64_t>>(topology.at("grown"));
        for (std::size_t row = 0; row < grown.size(); ++row) CHECK((update_seconds[row] > 0.0 || grown[row] == 0));
    }
}

TEST_CASE("run: stopped at any step and resumed, it ends as the uninterrupted run, bit for bit", "[training][run]") {
    // Before, at and after an epoch's end (21, 42) and topology updates (7, 14, ...), and the very first and last: half
    // of the methods stop at these, half at those.
    std::vector<int> these = {0, 6, 7, 20, 21, 43, 62};
    std::vector<int> those = {1, 7, 8, 13, 22, 41, 42};
    for (const std::string& method : names_of(sparsity::methods())) {
        INFO(method);
        const TemporaryFolder whole;
        run(digits_request(method, whole.path()));
        const TemporaryFolder parts;
        const RunRequest request = digits_request(method, parts.path());
        run_in_parts(request, these);
        std::swap(these, those);
        CHECK((all_arrays(parts.path()) == all_arrays(whole.path())));
        RunRequest again = request;  // what is finished stays as it is
        again.resume = true;
        CHECK(run(again).status == "finished");
        CHECK((all_arrays(parts.path()) == all_arrays(whole.path())));
    }
}

TEST_CASE("run: a resumed run goes on counting its time", "[training][run]") {
    const TemporaryFolder folder;
    RunRequest request = digits_request("set", folder.path());
    const auto times = [&] {
        const CheckpointReader checkpoint(folder / "checkpoint.h5");
        CHECK(checkpoint.scalar<double>("loading_seconds") < checkpoint.scalar<double>("step_seconds"));
        return std::pair(checkpoint.scalar<double>("seconds"), checkpoint.scalar<double>("step_seconds"));
    };
    stop_after(request, 60);
    run(request);
    const auto [seconds, step_seconds] = times();
    CHECK(step_seconds > 0.0);
    request.resume = true;
    request.stop_requested = [] { return false; };
    const RunResult result = run(request);
    CHECK(times().first >= seconds);
    CHECK(times().second >= step_seconds);
    CHECK(result.steps_per_second <= static_cast<double>(result.steps) / step_seconds);
}

TEST_CASE("run: optimizers and activations with state of their own resume too", "[training][run]") {
    const std::vector<std::vector<std::string>> variants = {
        {"optimizer.kind=adam", "optimizer.learning_rate=0.003", "optimizer.schedule=cosine", "optimizer.warmup=5it"},
        {"sparsity.exploration=false", "snapshots.weights=false", "optimizer.nesterov=true"}};
    for (std::vector<std::string> overrides : variants) {
        overrides.emplace_back("model.activation=srelu");
        const TemporaryFolder whole, parts;
        run(digits_request("set", whole.path(), overrides));
        RunRequest request = digits_request("set", parts.path(), overrides);
        stop_after(request, 30);
        run(request);
        request.resume = true;
        request.stop_requested = [] { return false; };
        run(request);
        CHECK((all_arrays(parts.path()) == all_arrays(whole.path())));
    }
}

TEST_CASE("run: methods train a residual network of images to their density, and resume on other threads bit for bit",
          "[training][run][images]") {
    const std::vector<std::string> of_images = {"model.kind=cifar_resnet_8_4", "training.epochs=2"};
    for (const std::string& method : names_of(sparsity::methods())) {
        INFO(method);
        std::vector<std::string> images = of_images;
        const bool prunes_neurons = method == "importance_pruning";
        if (prunes_neurons) {
            images.insert(images.end(), {"sparsity.importance_from=4it", "sparsity.importance_every=7it"});
        } else if (method.starts_with("ctre")) {
            images.emplace_back("sparsity.epsilon=0");  // by density, as the others
        }
        const TemporaryFolder whole;
        const RunResult result = run(digits_request(method, whole.path(), images));
        if (prunes_neurons) {
            CHECK(result.density < 0.29);
        } else {
            CHECK(result.density == Approx(method == "dense" ? 1.0 : 0.3).epsilon(0.002));
        }
        // 49 568 multiply-adds with every weight kept: one of the first stage is used at 64 pixels, of the last layer
        // once.
        CHECK(result.inference_flops / result.inference_flops_ratio == Approx(2.0 * 49568.0));
        const TemporaryFolder parts;
        run_in_parts(digits_request(method, parts.path(), images), {8, 21});
        CHECK((all_arrays(parts.path()) == all_arrays(whole.path())));
        const TemporaryFolder threaded;
        set_threads(3);
        run(digits_request(method, threaded.path(), images));
        set_threads(1);
        CHECK((all_arrays(threaded.path()) == all_arrays(whole.path())));
    }
}

TEST_CASE("run: augmented images are the same after resuming and for any number of threads",
          "[training][run][augmentation]") {
    const TemporaryFolder folder;
    const std::vector<std::string> all = {"data.crop_padding=2", "data.flip=true", "data.cutout=3"};
    run(digits_request("set", folder / "whole", all));
    run_in_parts(digits_request("set", folder / "parts", all), {5, 30});
    set_threads(3);
    run(digits_request("set", folder / "threads", all));
    set_threads(1);
    CHECK((all_arrays(folder / "parts") == all_arrays(folder / "whole")));
    CHECK((all_arrays(folder / "threads") == all_arrays(folder / "whole")));
}

TEST_CASE("run: a run that began with a structure resumes too", "[training][run][structures]") {
    for (const char* init : {"biregular", "ramanujan_lift", "block:2,4"}) {
        const std::vector<std::string> overrides = {std::string("sparsity.init=\"") + init + "\""};
        const TemporaryFolder whole, parts;
        run(digits_request("set", whole.path(), overrides));
        RunRequest request = digits_request("set", parts.path(), overrides);
        stop_after(request, 10);
        run(request);
        request.resume = true;
        request.stop_requested = [] { return false; };
        run(request);
        CHECK((all_arrays(parts.path()) == all_arrays(whole.path())));
    }
}

TEST_CASE("run: what a layer does not follow is told once, before the first step", "[training][run][structures]") {
    const TemporaryFolder folder;
    RunRequest request =
        digits_request("static", folder.path(),
                       {"sparsity.init=ramanujan", "sparsity.layer_densities=uniform", "sparsity.density=0.1"});
    std::vector<std::string> notices;
    request.notice = [&](const std::string& text) { notices.push_back(text); };
    stop_after(request, 3);
    run(request);
    REQUIRE_FALSE(notices.empty());
    CHECK_THAT(notices.back(), Contains("layer fc3: a mean degree is below 3"));
    const std::size_t told = notices.size();
    request.resume = true;
    run(request);
    CHECK(notices.size() == told);
}

TEST_CASE("run: the number of threads changes nothing", "[training][run]") {
    std::map<std::string, std::vector<char>> expected;
    for (const int count : {1, 2, 4}) {
        set_threads(count);
        const TemporaryFolder folder;
        run(digits_request("rigl", folder.path(),
                           {"model.hidden=[700,600]", "training.epochs=1", "training.batch_size=128"}));
        if (count == 1) expected = all_arrays(folder.path());
        CHECK((all_arrays(folder.path()) == expected));
    }
    set_threads(1);
}

TEST_CASE("run: a run by blocks is resumed bit for bit with every method, on other threads",
          "[training][run][blocks]") {
    std::vector<int> these = {6, 7, 21};
    std::vector<int> those = {8, 20, 43};
    for (const std::string& method : names_of(sparsity::methods())) {
        INFO(method);
        const std::vector<std::string> by_blocks = {"training.blocks=4"};
        const TemporaryFolder whole;
        const RunResult result = run(digits_request(method, whole.path(), by_blocks));
        CHECK(result.test_accuracy > 0.6);
        const TemporaryFolder parts;
        set_threads(3);
        run_in_parts(digits_request(method, parts.path(), by_blocks), these);
        set_threads(1);
        std::swap(these, those);
        CHECK((all_arrays(parts.path()) == all_arrays(whole.path())));
    }
}

TEST_CASE("run: it learns by blocks what it learns without", "[training][run][blocks]") {
    for (const std::string normalisation : {"none", "batch_norm", "layer_norm"}) {
        for (const char* blocks : {"training.blocks=1", "training.blocks=8"}) {
            INFO(normalisation << ", " << blocks);
            const TemporaryFolder folder;
            const RunResult done = run(digits_request(
                "rigl", folder.path(), {"model.normalisation=" + normalisation, "training.epochs=8", blocks}));
            CHECK(done.test_accuracy > 0.8);
        }
    }
}

TEST_CASE("run: threads without a block to work at are told", "[training][run][blocks]") {
    const auto told = [](const std::string& blocks, int workers) {
        const TemporaryFolder folder;
        RunRequest request = digits_request("set", folder.path(), {"training.epochs=1", blocks});
        std::string all;
        request.notice = [&](const std::string& text) { all += text + "\n"; };
        set_threads(workers);
        run(request);
        set_threads(1);
        return all;
    };
    CHECK_THAT(told("training.blocks=2", 3), Contains("training.blocks = 2: a block is one thread's, so that 2 of 3"));
    CHECK_THAT(told("training.blocks=2", 2), !Contains("training.blocks"));
    CHECK_THAT(told("training.blocks=1", 3), !Contains("training.blocks"));
}

TEST_CASE("run: other blocks are another configuration to resume with", "[training][run][blocks]") {
    const TemporaryFolder folder;
    RunRequest request = digits_request("set", folder.path(), {"training.blocks=2"});
    stop_after(request, 10);
    run(request);
    RunRequest other = digits_request("set", folder.path(), {"training.blocks=4"});
    other.resume = true;
    CHECK_THROWS_WITH(run(other), Contains("blocks = 2") && Contains("blocks = 4") && Contains("--force"));
}

TEST_CASE("run: seeds decide, and nothing else does", "[training][run]") {
    const TemporaryFolder a, b, c;
    run(digits_request("set", a.path()));
    run(digits_request("set", b.path()));
    RunRequest other = digits_request("set", c.path());
    other.config.seed = 4;
    run(other);
    CHECK((all_arrays(a.path()) == all_arrays(b.path())));
    CHECK_FALSE((all_arrays(a.path()) == all_arrays(c.path())));
}

TEST_CASE("run: every snapshot holds exactly the allotted weights, and R_s never falls", "[training][run]") {
    for (const char* method : {"static", "set", "rigl"}) {
        const TemporaryFolder folder;
        run(digits_request(method, folder.path(), {"snapshots.every=7it"}));
        const auto labels = topology::snapshot_labels(folder / "run.h5");
        const topology::Topology first = topology::read_snapshot(folder / "run.h5", labels.front());
        for (const std::string& label : labels) {
            const topology::Topology snapshot = topology::read_snapshot(folder / "run.h5", label);
            REQUIRE(snapshot.layers.size() == 3);
            for (std::size_t l = 0; l < 3; ++l) {
                CHECK(snapshot.layers[l].pattern.edges() == first.layers[l].pattern.edges());
                if (std::string(method) == "static") CHECK(snapshot.layers[l].pattern == first.layers[l].pattern);
            }
        }
        const auto metrics = read_run_summary(folder / "run.h5").metrics;
        const Columns& columns = metrics.at("topology");
        const auto& layer = std::get<std::vector<std::int64_t>>(columns.at("layer"));
        const auto& rate = std::get<std::vector<double>>(columns.at("exploration_rate"));
        double before = 0.0;
        for (std::size_t row = 0; row < layer.size(); ++row) {
            if (layer[row] != -1) continue;
            CHECK(rate[row] >= before);
            before = rate[row];
        }
        CHECK(before > 0.29);
    }
}

TEST_CASE("run: a method that would never change its topology is refused before anything is written",
          "[training][run]") {
    const TemporaryFolder folder;
    RunRequest request = digits_request("rigl", folder.path());
    request.config.sparsity.drop_fraction = 0.0;
    CHECK_THROWS_WITH(run(request), Contains("sparsity.drop_fraction = 0.0") && Contains("would never change"));
    CHECK_FALSE(std::filesystem::exists(folder / "run.h5"));
}

TEST_CASE("run: a loss that is no number ends the run, marked failed, with all that was logged", "[training][run]") {
    const TemporaryFolder folder;
    RunRequest request = digits_request("set", folder.path());
    request.config.optimizer.learning_rate = 1e30;
    CHECK_THROWS_WITH(run(request), Contains("not a finite number at step") && Contains("learning_rate"));
    const RunSummary summary = read_run_summary(folder / "run.h5");
    CHECK(summary.status == "failed");
    CHECK_THAT(std::get<std::string>(summary.results.at(failure_attribute)), Contains("not a finite number at step"));
    CHECK(summary.snapshots.front() == "000000000");
    CHECK(std::filesystem::exists(folder / "checkpoint.h5"));
}

TEST_CASE("run: resuming with another configuration is refused, naming the difference", "[training][run]") {
    const TemporaryFolder folder;
    RunRequest request = digits_request("set", folder.path());
    stop_after(request, 10);
    run(request);
    RunRequest other = digits_request("set", folder.path(), {"sparsity.drop_fraction=0.2"});
    other.resume = true;
    CHECK_THROWS_WITH(run(other),
                      Contains("drop_fraction = 0.3") && Contains("drop_fraction = 0.2") && Contains("--force"));
    CHECK(read_run_summary(folder / "run.h5").status == "interrupted");
}

TEST_CASE("run: resuming where no checkpoint was written yet begins anew", "[training][run]") {
    const TemporaryFolder folder, whole;
    RunRequest request = digits_request("set", folder.path());
    stop_after(request, 3);
    run(request);
    std::filesystem::remove(folder / "checkpoint.h5");
    request.resume = true;
    request.stop_requested = [] { return false; };
    CHECK(run(request).status == "finished");
    run(digits_request("set", whole.path()));
    CHECK((all_arrays(folder.path()) == all_arrays(whole.path())));
}

TEST_CASE("run: no validation split, snapshots without weights", "[training][run]") {
    const TemporaryFolder folder;
    RunRequest request = digits_request("set", folder.path(), {"snapshots.weights=false"});
    request.config.data.validation = 0.0;
    const RunResult result = run(request);
    CHECK_FALSE(result.validation_accuracy.has_value());
    CHECK_FALSE(result.best_test_accuracy.has_value());
    CHECK(topology::read_snapshot(folder / "run.h5", "000000000").layers[0].values.empty());
}

TEST_CASE("run: a damaged checkpoint is refused with the remedy", "[training][run]") {
    const TemporaryFolder folder;
    RunRequest request = digits_request("set", folder.path());
    stop_after(request, 10);
    run(request);
    std::filesystem::resize_file(folder / "checkpoint.h5", std::filesystem::file_size(folder / "checkpoint.h5") / 2);
    request.resume = true;
    CHECK_THROWS_AS(run(request), FormatError);
    CHECK(read_run_summary(folder / "run.h5").snapshots.size() == 1);
}

TEST_CASE("run: a process whose dense products keep to another instruction set refuses to mix the two",
          "[training][run]") {
    using kernels::InstructionSet;
    const TemporaryFolder folder;
    const InstructionSet before = kernels::instruction_set();
    if (before == InstructionSet::portable) return skip("this processor has the portable kernels alone");
    run(digits_request("dense", folder / "first"));
    CHECK(kernels::instruction_set_of_gemm() == before);
    kernels::set_instruction_set(InstructionSet::portable);
    CHECK_THROWS_WITH(
        run(digits_request("dense", folder / "second")),
        Contains("keep to instruction set " + kernels::to_string(before)) && Contains("is to use portable"));
    CHECK_FALSE(std::filesystem::exists(folder / "second"));
    kernels::set_instruction_set(before);
    CHECK(run(digits_request("dense", folder / "second")).status == "finished");
}

}  // namespace espalier::training
