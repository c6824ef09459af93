#include <espalier/base/text/error.hpp>
#include <espalier/training/run/run.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

using Arrays = std::map<std::string, std::vector<char>>;

/// Those of a run's snapshots and evaluations that are later than a step.
Arrays later_snapshots(const std::filesystem::path& folder, std::int64_t step) {
    Arrays arrays;
    const std::string front = "run/snapshots/";
    for (auto& [name, bytes] : all_arrays(folder)) {
        if (name.starts_with(front) && std::stoll(name.substr(front.size(), 9)) > step) arrays[name] = bytes;
    }
    return arrays;
}

std::vector<std::int64_t> steps_of(const RunSummary& run, const std::string& table) {
    return std::get<std::vector<std::int64_t>>(run.metrics.at(table).at("step"));
}

/// What starts a run from another's snapshot, at its step.
std::vector<std::string> from(const std::filesystem::path& run_file, int step) {
    const std::string at = std::to_string(step);
    return {"sparsity.init=file:" + run_file.string() + "@" + at, "sparsity.init_weights=true",
            "training.start=" + at + "it"};
}

/// A request whose density is left to its file.
RunRequest continued(const std::filesystem::path& folder, std::vector<std::string> overrides,
                     const std::vector<std::string>& more) {
    overrides.insert(overrides.end(), more.begin(), more.end());
    config::Settings settings;
    config::override_with(settings, std::vector<std::string>{"seed=3", "data.dataset=digits", "model.hidden=[32, 16]",
                                                             "model.dropout=0.1", "optimizer.learning_rate=0.05",
                                                             "training.epochs=3", "training.batch_size=64"});
    config::override_with(settings, overrides);
    RunRequest request;
    request.config = config::resolve(settings);
    request.config_text = config::to_toml(request.config);
    request.folder = folder;
    return request;
}

const std::vector<std::string> plain_sgd = {"optimizer.momentum=0", "optimizer.schedule=cosine", "snapshots.every=7it",
                                            "snapshots.at=[\"10it\", \"2ep\"]"};

}  // namespace

TEST_CASE("run: begun at a step of another run's snapshot, it ends as the uninterrupted run", "[training][run]") {
    for (const std::string method : {"dense", "static", "set", "rigl"}) {
        const TemporaryFolder whole;
        run(digits_request(method, whole.path(), plain_sgd));
        for (const int step : {7, 10, 42, 56}) {  // an update's, within an epoch, at its end, near the training's
            INFO(method << " from step " << step);
            if (step % 7 == 0 && (method == "set" || method == "rigl")) continue;  // snapshots are before the update
            const TemporaryFolder part;
            std::vector<std::string> overrides = {"sparsity.method=" + method};
            if (method == "set" || method == "rigl") overrides.emplace_back("sparsity.update_every=7it");
            if (method == "dense") overrides = {"sparsity.method=static"};
            overrides.insert(overrides.end(), plain_sgd.begin(), plain_sgd.end());
            const RunResult result = run(continued(part.path(), overrides, from(whole / "run.h5", step)));
            CHECK(result.steps == 63 - step);
            CHECK(result.snapshots.front() == step);
            CHECK((later_snapshots(part.path(), step) == later_snapshots(whole.path(), step)));
            CHECK(later_snapshots(part.path(), step).size() > 5);
        }
    }
}

TEST_CASE("run: begun at a step, it labels what comes with the schedule's steps, and resumes to the same bits",
          "[training][run]") {
    for (const char* method : {"static", "rigl"}) {
        const std::vector<std::string> overrides = {"training.start=25it", "optimizer.kind=adam",
                                                    "optimizer.learning_rate=0.003", "snapshots.every=1ep"};
        const TemporaryFolder whole;
        const RunResult result = run(digits_request(method, whole.path(), overrides));
        CHECK(result.steps == 38);
        CHECK(result.snapshots == std::vector<std::int64_t>{25, 42, 63});
        const RunSummary summary = read_run_summary(whole / "run.h5");
        CHECK(steps_of(summary, "train") == std::vector<std::int64_t>{42, 63});
        CHECK(steps_of(summary, "eval") == std::vector<std::int64_t>{25, 25, 42, 42, 63, 63});
        CHECK(steps_of(summary, "topology").front() == 25);
        const auto expected = all_arrays(whole.path());
        for (const int stop : {0, 1, 16, 17, 18, 37}) {
            INFO(method << ", stopped after " << stop << " steps");
            const TemporaryFolder parts;
            RunRequest request = digits_request(method, parts.path(), overrides);
            stop_after(request, stop);
            CHECK(run(request).steps == stop);
            request.resume = true;
            request.stop_requested = [] { return false; };
            run(request);
            CHECK((all_arrays(parts.path()) == expected));
        }
    }
}

TEST_CASE("run: Adam's first step after a start is as large as that of a run from the beginning", "[training][run]") {
    // Bias correction belongs to the optimizer's own steps: at lr 0.001 the first moves every weight by 0.001.
    const TemporaryFolder folder;
    RunRequest request = digits_request("dense", folder.path(),
                                        {"training.start=60it", "optimizer.kind=adam", "optimizer.learning_rate=0.001",
                                         "snapshots.every=1it", "model.dropout=0"});
    run(request);
    const auto arrays = all_arrays(folder.path());
    const auto values = [&](const std::string& step) {
        const std::vector<char>& bytes = arrays.at("run/snapshots/" + step + "/004_fc3/values");
        std::vector<float> numbers(bytes.size() / sizeof(float));
        std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(numbers.data()));
        return numbers;
    };
    const auto before = values("000000060");
    const auto after = values("000000061");
    std::size_t moved = 0;
    for (std::size_t k = 0; k < before.size(); ++k) {
        const float step = std::abs(after[k] - before[k]);
        CHECK((step == 0.0F || step == Approx(0.001).epsilon(0.01)));
        moved += step > 0.0F ? 1 : 0;
    }
    CHECK(moved > before.size() / 2);
}

TEST_CASE("run: another order of the samples is another training from the same weights", "[training][run]") {
    const TemporaryFolder a, b, c;
    run(digits_request("dense", a.path()));
    run(digits_request("dense", b.path(), {"training.order_seed=3"}));  // the seed's own
    run(digits_request("dense", c.path(), {"training.order_seed=4"}));
    const std::string first = "run/snapshots/000000000/000_fc1/values";
    const std::string last = "run/snapshots/000000063/000_fc1/values";
    CHECK((all_arrays(a.path()) == all_arrays(b.path())));
    CHECK((all_arrays(a.path()).at(first) == all_arrays(c.path()).at(first)));
    CHECK((all_arrays(a.path()).at(last) != all_arrays(c.path()).at(last)));
}

TEST_CASE("run: a start or a snapshot beyond the training is refused before anything is written", "[training][run]") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH(run(digits_request("set", folder.path(), {"training.start=3ep"})),
                      "training.start = \"3ep\" is step 63, and the training ends with step 63: begin earlier or raise "
                      "training.epochs");
    CHECK_THROWS_WITH(run(digits_request("set", folder.path(), {"snapshots.at=[\"64it\"]"})),
                      "snapshots.at: \"64it\" comes after the training's last step, 63");
    CHECK(std::filesystem::is_empty(folder.path()));
}

}  // namespace espalier::training
