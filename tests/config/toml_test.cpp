#include <fstream>

#include <espalier/base/text/error.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/config/toml.hpp>

#include "support.hpp"

namespace espalier::config {
using namespace testing;

namespace {

std::string toml_refusal(const std::string& text) {
    try {
        parse_toml(text, "run.toml");
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

RunConfig overridden(const std::vector<std::string>& assignments) {
    Settings settings;
    override_with(settings, assignments);
    return settings.config;
}

}  // namespace

TEST_CASE("toml: a configuration as papers would write it", "[config][toml]") {
    const Settings read = parse_toml(R"(
        name = "set-fashion"
        seed = 3
        [model]
        hidden = [1000, 1000]
        [sparsity]
        method = "rigl"
        density = 0.05
        update_every = 2
        [optimizer]
        learning_rate = 1
        milestones = []
        warmup = "400it"
    )",
                                     "run.toml");
    CHECK(read.config.name == "set-fashion");
    CHECK(read.config.seed == 3);
    CHECK(read.config.model.hidden == std::vector<std::int64_t>{1000, 1000});
    CHECK(read.config.sparsity.update_every == "2ep");
    CHECK(read.config.optimizer.learning_rate == 1.0);
    CHECK(read.config.optimizer.milestones.empty());
    CHECK(read.config.optimizer.warmup == Duration::steps(400));
    CHECK(read.has("sparsity.density"));
    CHECK_FALSE(read.has("sparsity.epsilon"));
    CHECK(read.at("sparsity.density") == "run.toml:8: ");
}

TEST_CASE("toml: messages carry the place, the nearest key and the remedy", "[config][toml]") {
    CHECK(toml_refusal("\n[sparsity]\ndensty = 0.1") ==
          "run.toml:3: sparsity.densty is not a key. Did you mean 'sparsity.density'?");
    CHECK(toml_refusal("[sparsty]\ndensity = 0.1") ==
          "run.toml:1: sparsty.density is not a key. Did you mean 'sparsity.density'?");
    CHECK(toml_refusal("[training]\nepochs = 0") ==
          "run.toml:2: training.epochs = 0 must be at least 1 and at most 1000000000");
    CHECK(toml_refusal("sparsity = 3") == "run.toml:1: sparsity is a table: write [sparsity] and its keys below");
    CHECK(toml_refusal("[foo]") == "run.toml:1: foo is not a key.");
    CHECK_THAT(toml_refusal("[seed]\nx = 1"), Contains("seed.x is not a key"));
    CHECK_THAT(toml_refusal("[sparsity.density]\nx = 1"), Contains("sparsity.density.x is not a key"));
    CHECK_THAT(toml_refusal("seed = {}"), Contains("seed is a table, and must be an integer"));
    CHECK_THAT(toml_refusal("seed = 2026-01-01"), Contains("seed is a date or time, and must be an integer"));
    CHECK_THAT(toml_refusal("model.hidden = [1, \"a\"]"), Contains("a list of different things"));
    CHECK_THAT(toml_refusal("[[sparsity]]\ndensity = 1"), Contains("sparsity is a table"));
}

TEST_CASE("toml: a syntax error is one line with line and column", "[config][toml]") {
    for (const char* text : {"seed = ", "[data", "a = 1\na = 2", "x = \"open", "= 3", "seed = 1 2", "\xff\xfe"}) {
        const std::string message = toml_refusal(text);
        INFO(text << " -> " << message);
        CHECK(message.starts_with("run.toml:"));
        CHECK(message.find('\n') == std::string::npos);
    }
    CHECK_THAT(toml_refusal("seed = 1\nname = "), Contains("run.toml:2:"));
    CHECK_THAT(toml_refusal("model.hidden = " + std::string(5000, '[')), Contains("run.toml:1:"));
}

TEST_CASE("toml: files are limited, and relative paths start at their folder", "[config][toml]") {
    const TemporaryFolder folder;
    std::ofstream(folder / "run.toml") << "data.root = \"sets:/abs/x::../y\"\n";
    const std::string here = folder.path().string();
    CHECK(read_toml(folder / "run.toml").config.data.root ==
          here + "/sets:/abs/x::" + folder.path().parent_path().string() + "/y");
    std::ofstream(folder / "csv.toml") << "data.dataset = \"my.csv\"\n";
    CHECK(read_toml(folder / "csv.toml").config.data.dataset == here + "/my.csv");
    CHECK_THROWS_AS(read_toml(folder / "none.toml"), ConfigError);
    CHECK_THROWS_AS(read_toml(folder.path()), ConfigError);
    std::ofstream(folder / "large.toml") << std::string((1U << 20) + 1, '#');
    CHECK_THROWS_WITH(read_toml(folder / "large.toml"), Contains("large.toml") && Contains("1048576"));
}

TEST_CASE("toml: --set reads TOML, and bare words as text", "[config][toml]") {
    const RunConfig config = overridden({"sparsity.density=0.05", "sparsity.method=rigl", "model.hidden=[10, 20]",
                                         "optimizer.nesterov=true", "snapshots.every=5ep", "snapshots.every=3",
                                         " seed = 7 ", "name=42", "sparsity.dense_layers=[\"fc1\"]"});
    CHECK(config.sparsity.density == 0.05);
    CHECK(config.sparsity.method == "rigl");
    CHECK(config.model.hidden == std::vector<std::int64_t>{10, 20});
    CHECK(config.optimizer.nesterov);
    CHECK(config.snapshots.every == Duration::epochs(3));
    CHECK(config.seed == 7);
    CHECK(config.name == "42");
    CHECK(config.sparsity.dense_layers == std::vector<std::string>{"fc1"});
    CHECK(overridden({"name=\"quoted\""}).name == "quoted");
    CHECK(overridden({"name=2026-01-01"}).name == "2026-01-01");
    CHECK(overridden({"data.root="}).data.root.empty());
    CHECK(overridden({"data.root=x"}).data.root == (std::filesystem::current_path() / "x").string());
}

TEST_CASE("toml: --set errors say so", "[config][toml]") {
    CHECK_THROWS_WITH(overridden({"sparsity.densty=0.1"}),
                      "--set: sparsity.densty is not a key. Did you mean 'sparsity.density'?");
    CHECK_THROWS_WITH(overridden({"seed"}), "--set: 'seed' must be key=value");
    CHECK_THROWS_WITH(overridden({"seed=x"}), "--set: seed = \"x\" is text, and must be an integer");
    CHECK_THROWS_WITH(overridden({"seed=1\nname=\"b\""}), Contains("is text"));
    CHECK_THROWS_WITH(overridden({"model.hidden=[1, 2"}), Contains("[1, 2 is not TOML"));
    CHECK_THROWS_WITH(overridden({"name=\xff"}), "--set: the value is not UTF-8");
    CHECK_THROWS_WITH(overridden({"optimizer.learning_rate=nan"}), Contains("must be above 0"));
    CHECK_THROWS_WITH(overridden({"optimizer.learning_rate=inf"}), Contains("must be above 0"));
}

}  // namespace espalier::config
