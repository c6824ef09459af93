#include <algorithm>
#include <map>

#include <espalier/base/text/text.hpp>
#include <espalier/config/choices.hpp>
#include <espalier/training/logs/event_record.hpp>
#include <espalier/training/logs/run_log.hpp>

#include "support.hpp"
#include "training/log_samples.hpp"
#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

namespace fs = std::filesystem;

const std::string all_logs = "training.log=[\"jsonl\",\"csv\",\"tensorboard\"]";

RunResult run_to_end(const std::string& method, const fs::path& folder, const std::vector<std::string>& more = {}) {
    std::vector<std::string> settings = {all_logs, "training.checkpoint_every=8it"};
    settings.insert(settings.end(), more.begin(), more.end());
    return run(digits_request(method, folder, settings));
}

/// A request that replaces the run in the folder.
RunRequest replacing(const std::string& method, const fs::path& folder, const std::vector<std::string>& settings = {}) {
    RunRequest request = digits_request(method, folder, settings);
    request.force = true;
    return request;
}

const LogFormat& format(std::string_view name) {
    return *std::ranges::find(log_formats(), name, &LogFormat::name);
}

/// The lines of the CSV log without the seconds.
std::vector<std::vector<std::string>> csv_rows(const fs::path& folder) {
    std::vector<std::vector<std::string>> rows;
    for (const std::string& line : split(read_text(folder / "log.csv"), '\n')) {
        if (line.empty()) continue;
        rows.push_back(split(line, ','));
        rows.back().erase(rows.back().begin() + 13);
    }
    return rows;
}

/// The lines of the JSON log, up to the seconds, which come last.
std::vector<std::string> json_rows(const fs::path& folder) {
    std::vector<std::string> rows = split(read_text(folder / "log.jsonl"), '\n');
    for (std::string& row : rows) row.resize(std::min(row.size(), row.find(",\"seconds\":")));
    return rows;
}

/// The summaries in all event files, in TensorBoard's order, without their wall time: what begins an event.
std::vector<std::string> events(const fs::path& folder) {
    std::vector<std::string> all;
    for (const fs::path& file : format("tensorboard").files(folder)) {
        const std::string bytes = read_text(file);
        std::size_t place = 0;
        while (const auto record = read_record(bytes, place)) {
            const std::string event(record->data.substr(9));
            if (event.find("brain.Event:2") == std::string::npos && !event.ends_with("\x3a\x02\x08\x01")) {
                all.push_back(event);
            }
            place = record->end;
        }
        CHECK(place == bytes.size());
    }
    return all;
}

}  // namespace

TEST_CASE("run logs: the names that the configuration knows are those of the formats", "[training][log]") {
    std::vector<std::string> names;
    for (const LogFormat& each : log_formats()) names.push_back(each.name);
    CHECK(names == config::choices::logs());
}

TEST_CASE("run logs: the rows are those of the run file", "[runs][log]") {
    const TemporaryFolder folder;
    run_to_end("set", folder.path());
    const RunSummary summary = read_run_summary(folder / "run.h5");
    const auto rows = csv_rows(folder.path());
    const auto count = [&](const std::string& kind) {
        return std::ranges::count_if(rows, [&](const auto& row) { return row[2] == kind; });
    };
    CHECK(count("train") == 3);
    CHECK(count("eval") == 8);                              // at the start and after each epoch, of both splits
    CHECK(count("topology") == 9);                          // at the start and after 7, 14, ... 56
    CHECK(json_rows(folder.path()).size() == rows.size());  // a header there, an empty last line here
    CHECK(events(folder.path()).size() == rows.size() - 1);
    const auto& losses = std::get<std::vector<double>>(summary.metrics.at("train").at("loss"));
    const auto last = std::ranges::find_if(rows, [](const auto& row) { return row[0] == "63" && row[2] == "train"; });
    REQUIRE(last != rows.end());
    CHECK(std::stod((*last)[4]) == losses.back());
    CHECK(std::stod((*last)[7]) == Approx(0.3).margin(1e-3));
    for (const auto& row : rows) CHECK((row[2] == "eval" ? row[12] == "trained" : row[12] != "trained"));
}

TEST_CASE("run logs: a run that is interrupted and resumed logs what an uninterrupted one does", "[runs][log]") {
    const TemporaryFolder whole;
    run_to_end("set", whole.path());
    const TemporaryFolder parts;
    bool is_resumed = false;
    for (const int steps : {1, 5, 20, 1000}) {
        RunRequest request = digits_request("set", parts.path(), {all_logs, "training.checkpoint_every=8it"});
        request.resume = std::exchange(is_resumed, true);
        stop_after(request, steps);
        run(request);
    }
    CHECK(csv_rows(parts.path()) == csv_rows(whole.path()));
    CHECK(json_rows(parts.path()) == json_rows(whole.path()));
    CHECK(events(parts.path()) == events(whole.path()));
    CHECK(format("tensorboard").files(parts.path()).size() == 4);
}

TEST_CASE("run logs: what a killed run has logged since its checkpoint comes once", "[runs][log]") {
    const TemporaryFolder whole;
    run_to_end("set", whole.path());
    const TemporaryFolder killed;
    struct Killed {};
    RunRequest request = digits_request("set", killed.path(), {all_logs, "training.checkpoint_every=40it"});
    request.observe = [](const RunProgress& now) {
        if (now.step == 57) throw Killed();  // as dead as by a signal: nothing is saved
    };
    CHECK_THROWS_AS(run(request), Killed);
    std::ofstream(killed / "log.csv", std::ios::app) << "58,2.7";
    std::ofstream(killed / "log.jsonl", std::ios::app) << "{\"st";
    std::ofstream(format("tensorboard").files(killed.path()).at(0), std::ios::app) << "\x20";
    request = digits_request("set", killed.path(), {all_logs, "training.checkpoint_every=40it"});
    request.resume = true;
    run(request);
    CHECK(csv_rows(killed.path()) == csv_rows(whole.path()));
    CHECK(json_rows(killed.path()) == json_rows(whole.path()));
    CHECK(events(killed.path()) == events(whole.path()));
}

TEST_CASE("run logs: a model without classes says why there is no accuracy", "[runs][log]") {
    const TemporaryFolder folder;
    run_to_end("set", folder.path(), {"model.kind=autoencoder", "sparsity.exploration=false"});
    const std::string text = read_text(folder / "log.jsonl");
    CHECK_THAT(text, Contains("\"accuracy\":null") &&
                         Contains("\"accuracy_reason\":\"an auto-encoder has no classes") &&
                         Contains("\"exploration_rate_reason\":\"sparsity.exploration is false\"") && !Contains("nan"));
    CHECK_THAT(read_text(folder / "log.csv"), Contains("accuracy: an auto-encoder has no classes"));
    for (const std::string& event : events(folder.path())) CHECK(event.find("accuracy") == std::string::npos);
}

TEST_CASE("run logs: a run that is replaced takes its logs with it, and no other file", "[runs][log]") {
    const TemporaryFolder folder;
    run_to_end("set", folder.path());
    put_text(folder / "events.out.tfevents.1767225600.host", "of another program");
    run(replacing("static", folder.path()));
    for (const LogFormat& each : log_formats()) CHECK(each.files(folder.path()).empty());
    CHECK(fs::exists(folder / "events.out.tfevents.1767225600.host"));
    put_text(folder / "log.csv", "my,own\n");
    run(replacing("static", folder.path()));
    CHECK(read_text(folder / "log.csv") == "my,own\n");
}

TEST_CASE("run logs: a file in the way is refused before the run there is touched", "[runs][log]") {
    const TemporaryFolder folder;
    run(digits_request("static", folder.path()));
    const auto before = all_arrays(folder.path());
    put_text(folder / "log.csv", "my,own\n");
    CHECK_THROWS_WITH(run(replacing("set", folder.path(), {all_logs})), Contains("log.csv is no log of a run"));
    CHECK((all_arrays(folder.path()) == before));
    CHECK(read_text(folder / "log.csv") == "my,own\n");
}

TEST_CASE("run logs: none where none are asked for", "[runs][log]") {
    const TemporaryFolder folder;
    run(digits_request("static", folder.path()));
    CHECK(log_files(folder.path()).empty());
    CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 2);
}

}  // namespace espalier::training
