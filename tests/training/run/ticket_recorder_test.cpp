#include <cmath>
#include <set>

#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/training/trainer/trainer.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

using Steps = std::vector<std::int64_t>;

/// 63 steps of the digits: 33 before three phases of 10.
std::vector<std::string> phases(const std::string& method, std::vector<std::string> more = {}) {
    more.insert(more.end(), {"tickets.method=" + method, "tickets.share=0.5", "tickets.length=10it"});
    return more;
}

const Steps& steps(const Columns& table, std::string_view column) {
    return std::get<Steps>(table.at(std::string(column)));
}
const std::vector<double>& numbers(const Columns& table, std::string_view column) {
    return std::get<std::vector<double>>(table.at(std::string(column)));
}

/// Positions that a snapshot keeps, by layer.
std::set<std::pair<std::size_t, std::uint64_t>> kept(const std::filesystem::path& file, std::int64_t step) {
    const std::string digits = std::to_string(step);
    const topology::Topology t = topology::read_snapshot(file, std::string(9 - digits.size(), '0') + digits);
    std::set<std::pair<std::size_t, std::uint64_t>> found;
    for (std::size_t l = 0; l < t.layers.size(); ++l) {
        for (const std::uint64_t p : t.layers[l].pattern.flat()) found.emplace(l, p);
    }
    return found;
}

double overlap(const std::filesystem::path& file, std::int64_t a, std::int64_t b) {
    const auto first = kept(file, a);
    const auto second = kept(file, b);
    std::size_t common = 0;
    for (const auto& position : first) common += second.count(position);
    return static_cast<double>(common) / static_cast<double>(first.size() + second.size() - common);
}

}  // namespace

TEST_CASE("ticket recorder: every phase's end has an evaluation, a snapshot and a row", "[training][tickets]") {
    for (const char* host : {"set", "rigl", "granet", "snfs", "mest", "ctre_seq"}) {
        INFO(host);
        const TemporaryFolder folder;
        const RunResult result = run(digits_request(
            host, folder.path(), phases("sup_tickets", {"snapshots.every=0ep", "training.evaluate_every=9ep"})));
        CHECK(result.tickets == Steps{33, 43, 53, 63});
        CHECK(result.snapshots == Steps{0, 33, 43, 53, 63});
        const RunSummary summary = read_run_summary(folder / "run.h5");
        const Columns& table = summary.metrics.at("tickets");
        CHECK(steps(table, "step") == Steps{33, 43, 53, 63});
        CHECK(steps(table, "ticket") == Steps{0, 1, 2, 3});
        CHECK(steps(table, "snapshot") == Steps{33, 43, 53, 63});
        CHECK(numbers(table, "test_accuracy").back() == result.test_accuracy);
        CHECK(numbers(table, "validation_accuracy").back() == *result.validation_accuracy);
        for (const double density : numbers(table, "density")) CHECK(density == Approx(0.3).epsilon(0.001));
        const std::size_t size = kept(folder / "run.h5", 33).size();
        for (const std::int64_t step : {43, 53, 63}) CHECK(kept(folder / "run.h5", step).size() == size);
        CHECK(summary.metrics.at("eval").at("step").index() == 1);
        CHECK(steps(summary.metrics.at("eval"), "step") == Steps{0, 0, 33, 33, 43, 43, 53, 53, 63, 63});
    }
}

TEST_CASE("ticket recorder: in the phases only the large updates exchange, and what they keep is untouched",
          "[training][tickets]") {
    for (const char* host : {"set", "rigl"}) {
        Trainer t(digits_request(host, "unused", phases("sup_tickets")).config, digits());
        REQUIRE(t.phases().count == 3);
        while (!t.is_done()) {
            t.train_step();
            if (!t.update_is_due()) continue;
            const bool is_large = t.step() == 33 || t.step() == 43 || t.step() == 53;
            CHECK((t.step() < 33 || is_large));
            std::vector<Pattern> before;
            std::vector<AlignedVector<float>> values;
            for (const std::size_t k : t.weighted_layers()) {
                before.push_back(t.network().weight(k)->pattern());
                values.push_back(t.network().weight(k)->parameter().values);
            }
            t.update_topology();
            if (!is_large) continue;
            for (std::size_t l = 0; l < before.size(); ++l) {
                const nn::MaskedWeight<float>& weight = *t.network().weight(t.weighted_layers()[l]);
                CHECK(weight.pattern().edges() == before[l].edges());
                // The larger half is still there, with its values; no more than the smaller half is new.
                std::vector<float> sizes;
                for (const float value : values[l]) sizes.push_back(std::abs(value));
                std::ranges::sort(sizes);
                const float middle = sizes[sizes.size() / 2];
                const auto flat = before[l].flat();
                for (std::size_t e = 0; e < flat.size(); ++e) {
                    if (std::abs(values[l][e]) <= middle) continue;
                    const std::size_t row = flat[e] / before[l].cols();
                    const std::size_t col = flat[e] % before[l].cols();
                    REQUIRE(weight.pattern().contains(row, col));
                    const auto cols = weight.pattern().row(row);
                    const std::size_t at = weight.pattern().row_begin(row) +
                                           static_cast<std::size_t>(std::ranges::lower_bound(cols, col) - cols.begin());
                    CHECK(weight.parameter().values[at] == values[l][e]);
                }
            }
        }
    }
}

TEST_CASE("ticket recorder: the larger the exchange, the less successive tickets have in common",
          "[training][tickets]") {
    double previous = 2.0;
    for (const char* fraction : {"0", "0.2", "0.5", "0.8", "1"}) {
        const TemporaryFolder folder;
        run(digits_request("set", folder.path(),
                           phases("sup_tickets", {std::string("tickets.drop_fraction=") + fraction})));
        double mean = 0.0;
        for (const std::int64_t step : {33, 43, 53}) mean += overlap(folder / "run.h5", step, step + 10) / 3.0;
        INFO(fraction << ": " << mean);
        if (std::string(fraction) == "0") CHECK(mean == 1.0);
        CHECK(mean < previous);
        previous = mean;
    }
}

TEST_CASE("ticket recorder: EDST's ordinary updates go on, and the ticket is the phase's best on validation",
          "[training][tickets]") {
    const TemporaryFolder folder;
    const RunResult result =
        run(digits_request("set", folder.path(),
                           phases("edst", {"snapshots.every=3it", "training.evaluate_every=2it",
                                           "tickets.learning_rate=0.05", "sparsity.drop_schedule=linear"})));
    const RunSummary summary = read_run_summary(folder / "run.h5");
    const Columns& topology = summary.metrics.at("topology");
    std::set<std::int64_t> exchanges;
    std::int64_t escape = 0, ordinary = 0;
    for (std::size_t row = 0; row < steps(topology, "step").size(); ++row) {
        const std::int64_t step = steps(topology, "step")[row];
        if (steps(topology, "layer")[row] != -1 || step < 33) continue;
        exchanges.insert(step);
        const std::int64_t grown = steps(topology, "grown")[row];
        (step == 33 || step == 43 || step == 53 ? escape : ordinary) += grown;
    }
    CHECK(exchanges == std::set<std::int64_t>{33, 35, 42, 43, 49, 53, 56});  // every 7, and each phase's first
    CHECK(ordinary > 0);
    CHECK(escape > ordinary / 4 * 3);

    // By brute force: of the steps of a phase with snapshot and evaluation the first best.
    const Columns& eval = summary.metrics.at("eval");
    const auto& splits = std::get<std::vector<std::string>>(eval.at("split"));
    Steps expected = {33};
    for (const std::int64_t begin : {33, 43, 53}) {
        std::int64_t best = 0;
        double best_accuracy = -1.0;
        for (std::size_t row = 0; row < splits.size(); ++row) {
            const std::int64_t step = steps(eval, "step")[row];
            const bool inside = step > begin && step <= begin + 10 && (step % 3 == 0 || step == begin + 10);
            if (splits[row] != "validation" || !inside || numbers(eval, "accuracy")[row] <= best_accuracy) continue;
            best = step;
            best_accuracy = numbers(eval, "accuracy")[row];
        }
        expected.push_back(best);
    }
    CHECK(result.tickets == expected);
    CHECK(steps(summary.metrics.at("tickets"), "snapshot") == expected);
    for (const std::int64_t step : expected) {
        CHECK(std::ranges::find(result.snapshots, step) != result.snapshots.end());
    }
}

TEST_CASE("ticket recorder: too short for a phase, the run is the plain one, bit for bit, and says so",
          "[training][tickets]") {
    for (const char* method : {"sup_tickets", "edst"}) {
        const TemporaryFolder plain, with;
        run(digits_request("rigl", plain.path(), {"optimizer.schedule=cosine"}));
        RunRequest request =
            digits_request("rigl", with.path(), {"optimizer.schedule=cosine", std::string("tickets.method=") + method});
        std::vector<std::string> notices;
        request.notice = [&](const std::string& text) { notices.push_back(text); };
        const RunResult result = run(request);
        CHECK(result.tickets.empty());
        CHECK((all_arrays(with.path()) == all_arrays(plain.path())));
        REQUIRE_FALSE(notices.empty());
        CHECK_THAT(notices.back(), Contains("a plain run") && Contains("tickets.length"));
    }
}

TEST_CASE("ticket recorder: stopped anywhere around a phase's end and resumed, it is the uninterrupted run",
          "[training][tickets]") {
    const std::vector<std::pair<std::string, std::vector<std::string>>> variants = {
        {"set", phases("sup_tickets")},
        {"rigl", phases("sup_tickets", {"optimizer.schedule=step"})},
        {"granet", phases("edst", {"snapshots.every=3it", "training.evaluate_every=2it"})},
        {"static", phases("sup_tickets", {"tickets.drop_fraction=0"})}};
    for (const auto& [host, overrides] : variants) {
        INFO(host);
        const TemporaryFolder whole;
        const RunResult expected_result = run(digits_request(host, whole.path(), overrides));
        const TemporaryFolder parts;
        const RunResult last = run_in_parts(digits_request(host, parts.path(), overrides),
                                            {1, 21, 32, 33, 34, 37, 42, 43, 44, 52, 53, 54, 62});
        CHECK((all_arrays(parts.path()) == all_arrays(whole.path())));
        CHECK(last.tickets == expected_result.tickets);
    }
}

TEST_CASE("ticket recorder: the number of threads changes nothing", "[training][tickets]") {
    std::map<std::string, std::vector<char>> expected;
    for (const int count : {1, 2, 4}) {
        set_threads(count);
        const TemporaryFolder folder;
        run(digits_request("rigl", folder.path(),
                           {"model.hidden=[700,600]", "training.epochs=1", "training.batch_size=128",
                            "tickets.method=edst", "tickets.length=2it"}));
        if (count == 1) expected = all_arrays(folder.path());
        CHECK((all_arrays(folder.path()) == expected));
    }
    set_threads(1);
}

TEST_CASE("ticket recorder: an auto-encoder's tickets go by their loss and have no accuracy", "[training][tickets]") {
    const TemporaryFolder folder;
    const RunResult result = run(digits_request(
        "set", folder.path(),
        phases("edst", {"model.kind=autoencoder", "snapshots.every=1it", "training.evaluate_every=1it"})));
    CHECK(result.tickets.size() == 4);
    const RunSummary summary = read_run_summary(folder / "run.h5");
    for (const double accuracy : numbers(summary.metrics.at("tickets"), "test_accuracy")) CHECK(std::isnan(accuracy));
}

}  // namespace espalier::training
