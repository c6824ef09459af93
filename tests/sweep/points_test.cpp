#include <algorithm>
#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/sweep/points.hpp>

#include "support.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

using Assignments = std::vector<std::string>;

constexpr const char* head = "name = 'x'\nbase = 'base.toml'\n";

config::Settings base_settings() {
    return config::parse_toml("seed = 7\ndata.dataset = 'digits'\nmodel.hidden = [32]\n", "base.toml");
}

std::vector<Point> expanded(const std::string& text, const Assignments& set = {}) {
    config::Settings base = base_settings();
    config::override_with(base, set);
    return expand(parse_sweep_file(head + text, "sweep.toml"), base);
}

std::string refusal(const std::string& text, const Assignments& set = {}) {
    try {
        expanded(text, set);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

/// A random subset, at least `least`, in random order.
Assignments drawn(Assignments from, std::size_t least, Stream& stream) {
    for (std::size_t k = from.size(); k > 1; --k) std::swap(from[k - 1], from[stream.below(k)]);
    from.resize(least + stream.below(from.size() - least + 1));
    return from;
}

/// A sweep written down, beside the lists it is made of.
struct Drawn {
    std::vector<std::pair<std::string, Assignments>> grid;      ///< keys and their values as TOML
    std::vector<std::pair<std::string, std::string>> variants;  ///< names and methods
    Assignments seeds;

    explicit Drawn(Stream& stream) {
        const std::vector<std::pair<std::string, Assignments>> known = {
            {"sparsity.density", {"0.1", "0.05", "0.2", "1"}},
            {"model.hidden", {"[30, 10]", "[5]", "[7, 7, 7]"}},
            {"optimizer.learning_rate", {"0.1", "1", "1e-3"}},
            {"training.evaluate_every", {"1", "\"5it\"", "2.5"}}};
        for (const auto& [key, values] : known) {
            if (stream.below(2) == 0) grid.emplace_back(key, drawn(values, 1, stream));
        }
        for (const std::string& method : drawn({"set", "rigl", "static"}, 0, stream)) {
            variants.emplace_back("by-" + method, method);
        }
        seeds = drawn({"0", "1", "12"}, 0, stream);
    }

    std::string toml() const {
        std::string text = seeds.empty() ? "" : "seeds = [" + join(seeds) + "]\n";
        text += "[grid]\n";
        for (const auto& [key, values] : grid) text += key + " = [" + join(values) + "]\n";
        for (const auto& [name, method] : variants) {
            text += "[[variants]]\nname = '" + name + "'\nsparsity.method = '" + method + "'\n";
        }
        return text;
    }

    /// What --set would have to be given for each run of the product, found by counting through all of them.
    std::vector<Assignments> runs() const {
        std::vector<Assignments> digits;  // the first turns slowest
        digits.emplace_back();
        for (const auto& [name, method] : variants) digits.back().push_back("sparsity.method=" + method);
        for (const auto& [key, values] : grid) {
            digits.emplace_back();
            for (const std::string& value : values) digits.back().push_back(key + "=" + value);
        }
        digits.emplace_back();
        for (const std::string& seed : seeds) digits.back().push_back("seed=" + seed);
        std::erase_if(digits, [](const Assignments& values) { return values.empty(); });
        std::size_t count = 1;
        for (const Assignments& values : digits) count *= values.size();
        std::vector<Assignments> all;
        for (std::size_t number = 0; number < count; ++number) {
            Assignments run;
            std::size_t rest = number;
            for (auto values = digits.rbegin(); values != digits.rend(); ++values) {
                run.push_back((*values)[rest % values->size()]);
                rest /= values->size();
            }
            all.push_back(run);
        }
        return all;
    }
};

}  // namespace

TEST_CASE("points: a sweep is what counting through its product gives", "[sweep][points]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (int round = 0; round < 60; ++round) {
        const Drawn sweep(stream);
        INFO(sweep.toml());
        const std::vector<Point> points = expanded(sweep.toml());
        const std::vector<Assignments> runs = sweep.runs();
        REQUIRE(points.size() == runs.size());
        std::set<std::string> folders;
        for (std::size_t k = 0; k < points.size(); ++k) {
            config::Settings settings = base_settings();
            config::override_with(settings, runs[k]);
            config::override_with(settings, Assignments{"name=" + points[k].config.name});
            CHECK(config::to_toml(points[k].config) == config::to_toml(config::resolve(settings)));
            CHECK(points[k].config.name == (sweep.variants.empty() ? "x" : points[k].variant));
            folders.insert(points[k].name);
        }
        CHECK(folders.size() == points.size());
    }
}

TEST_CASE("points: folders say what is in them", "[sweep][points]") {
    const std::vector<Point> points = expanded(
        "seeds = [0, 1]\n[grid]\nsparsity.density = [0.1, 0.05]\n[[variants]]\nname = 'set'\n[[variants]]\nname = "
        "'b'\n");
    REQUIRE(points.size() == 8);
    CHECK(points[0].name == "set-density0.1-s0");
    CHECK(points[3].name == "set-density0.05-s1");
    CHECK(points[7].name == "b-density0.05-s1");
    CHECK(expanded("").front().name == "s7");  // the base's own seed
}

TEST_CASE("points: a configuration that cannot be is found with its place and its run", "[sweep][points]") {
    CHECK_THAT(refusal("[[variants]]\nname = 'a'\nsparsity.method = 'static'\nsparsity.drop_rule = 'magnitude'"),
               Contains("sweep.toml:6: sparsity.drop_rule is not for method static") && Contains("(in the run a-s7)"));
    CHECK_THAT(refusal("[grid]\noptimizer.kind = ['sgd', 'adam']\n", {"optimizer.nesterov=true"}),
               Contains("--set: optimizer.nesterov is for kind \"sgd\"") && Contains("(in the run kind_adam-s7)"));
}

TEST_CASE("points: --set cannot change what the sweep varies", "[sweep][points]") {
    CHECK(refusal("[grid]\nsparsity.density = [0.1]", {"sparsity.density=0.5"}) ==
          "--set: sparsity.density is varied by the sweep: change it at sweep.toml:4");
    CHECK_THAT(refusal("[[variants]]\nname = 'a'\nsparsity.density = 0.1", {"sparsity.density=0.5"}),
               Contains("change it at sweep.toml:5"));
    CHECK_THAT(refusal("seeds = [1]", {"seed=2"}), Contains("--set: seed is varied by the sweep"));
    CHECK_THAT(refusal("", {"name=y"}), Contains("--set: name is varied by the sweep"));
    CHECK(expanded("", {"seed=2"}).front().config.seed == 2);
    CHECK(expanded("[grid]\nsparsity.density = [0.1]", {"training.epochs=3"}).front().config.training.epochs == 3);
}

TEST_CASE("points: two runs never share a folder, and folders have names that file systems take", "[sweep][points]") {
    CHECK_THAT(refusal("[grid]\ndata.root = ['a b', 'a_b']"), Contains("two runs would have the folder root_a_b-s7"));
    CHECK_THAT(refusal("[grid]\ndata.root = ['" + std::string(200, 'a') + "']"), Contains("has more than 200 bytes"));
    CHECK_THAT(refusal("[grid]\nsparsity.dense_layers = [['a', 'b'], ['axb']]"), Contains("two runs would have"));
}

TEST_CASE("points: a sweep of too many runs is refused before it is built", "[sweep][points]") {
    std::string thousand;
    for (int k = 1; k <= 1000; ++k) thousand += std::to_string(k) + ", ";
    CHECK_THAT(refusal("[grid]\ntraining.epochs = [" + thousand + "]\ntraining.batch_size = [" + thousand + "]"),
               Contains("more than 100000 runs"));
}

}  // namespace espalier::sweep
