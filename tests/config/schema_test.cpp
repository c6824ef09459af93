#include <algorithm>
#include <cmath>
#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/config/schema.hpp>

#include "support.hpp"

namespace espalier::config {
using namespace testing;

TEST_CASE("schema: every key is described once, and tables stand together", "[config][schema]") {
    std::set<std::string> names;
    std::set<std::string> tables;
    std::string table;
    for (const Key& key : schema()) {
        INFO(key.name);
        CHECK(names.insert(key.name).second);
        CHECK(&find_key(key.name) == &key);
        CHECK_FALSE(key.help.empty());
        CHECK_FALSE(key.help.ends_with('.'));
        if (key.table() != table) CHECK(tables.insert(key.table()).second);
        table = key.table();
    }
}

TEST_CASE("schema: the fixed keys exist", "[config][schema]") {
    for (const char* name : {"name",
                             "seed",
                             "data.dataset",
                             "data.root",
                             "data.validation",
                             "data.standardise",
                             "model.kind",
                             "model.hidden",
                             "model.activation",
                             "model.execution",
                             "sparsity.method",
                             "sparsity.init",
                             "sparsity.density",
                             "sparsity.epsilon",
                             "sparsity.drop_fraction",
                             "sparsity.update_every",
                             "sparsity.dense_layers",
                             "optimizer.kind",
                             "optimizer.learning_rate",
                             "optimizer.momentum",
                             "optimizer.weight_decay",
                             "training.epochs",
                             "training.batch_size",
                             "training.shuffle",
                             "snapshots.every",
                             "snapshots.weights"}) {
        CHECK_NOTHROW(find_key(name));
    }
}

TEST_CASE("schema: defaults obey their own rules", "[config][schema]") {
    for (const Key& key : schema()) {
        const Value value = key.get(RunConfig{});
        const bool unset = key.rule.by_method && (value == Value(-1.0) || value == Value(std::string()));
        INFO(key.name << " = " << toml_text(value));
        RunConfig config;
        if (!unset) CHECK_NOTHROW(assign(config, key, value));
        CHECK(key.get(config) == value);
    }
}

TEST_CASE("schema: each key stores what it is given, in a place of its own", "[config][schema]") {
    const auto other = [](const Value& value) -> Value {
        if (const auto* flag = std::get_if<bool>(&value)) return !*flag;
        if (std::holds_alternative<std::int64_t>(value)) return std::int64_t{77};
        if (std::holds_alternative<double>(value)) return 0.4321;
        if (std::holds_alternative<std::vector<std::int64_t>>(value)) return std::vector<std::int64_t>{7};
        if (std::holds_alternative<std::vector<double>>(value)) return std::vector<double>{0.123};
        if (std::holds_alternative<std::vector<std::string>>(value)) return std::vector<std::string>{"fc1"};
        return std::string("33it");
    };
    for (const Key& key : schema()) {
        RunConfig config;
        const Value value = other(key.get(config));
        INFO(key.name << " = " << toml_text(value));
        key.put(config, value);
        CHECK(key.get(config) == value);
        const auto changed =
            std::ranges::count_if(schema(), [&](const Key& each) { return each.get(config) != each.get(RunConfig{}); });
        CHECK(changed == 1);
    }
}

TEST_CASE("schema: refusals name key, value and what would be right", "[config][schema]") {
    const auto refusal = [](const char* name, const Value& value) -> std::string {
        RunConfig config;
        try {
            assign(config, find_key(name), value);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "";
    };
    CHECK(refusal("sparsity.density", 1.5) == "sparsity.density = 1.5 must be above 0 and at most 1");
    CHECK(refusal("sparsity.density", std::nan("")) == "sparsity.density = nan must be above 0 and at most 1");
    CHECK(refusal("training.epochs", std::string("ten")) ==
          "training.epochs = \"ten\" is text, and must be an integer");
    CHECK(refusal("training.epochs", std::int64_t{0}) ==
          "training.epochs = 0 must be at least 1 and at most 1000000000");
    CHECK_THAT(refusal("sparsity.method", std::string("riggl")),
               Catch::Matchers::StartsWith(
                   "sparsity.method = \"riggl\" is not known. Did you mean 'rigl'? Known: dense, static,"));
    CHECK(refusal("model.hidden", std::vector<std::int64_t>{300, 0}) ==
          "model.hidden = [300, 0] must be at least 1 and at most 2147483648");
    CHECK_THAT(refusal("snapshots.every", std::string("often")), Contains("\"5ep\""));
    for (const char* name : {"data.validation", "optimizer.momentum", "model.dropout"}) {
        CHECK_THAT(refusal(name, 1.0), Contains("at least 0 and below 1"));
        CHECK(refusal(name, 0.0).empty());
    }
    CHECK_THAT(refusal("optimizer.learning_rate", 0.0), Contains("above 0"));
    CHECK_THAT(refusal("sparsity.drop_fraction", -1.0), Contains("at least 0 and at most 1"));
}

TEST_CASE("schema: an unknown key names the nearest", "[config][schema]") {
    CHECK_THROWS_WITH(find_key("sparsity.densty"), "sparsity.densty is not a key. Did you mean 'sparsity.density'?");
    CHECK_THROWS_WITH(find_key("sparsty.density"), "sparsty.density is not a key. Did you mean 'sparsity.density'?");
    CHECK_THROWS_WITH(find_key("epochs"), "epochs is not a key. Did you mean 'training.epochs'?");
    CHECK_THROWS_WITH(find_key("training.lr"), "training.lr is not a key.");
    CHECK_THROWS_WITH(find_key("sparsity.epochs"), "sparsity.epochs is not a key. Did you mean 'training.epochs'?");
    CHECK_THROWS_WITH(find_key("sed"), "sed is not a key. Did you mean 'seed'?");
    // Of two tables' learning_rate none is nearer, and of no table's "nonsense" any.
    CHECK_THROWS_WITH(find_key("learning_rate"), "learning_rate is not a key.");
    CHECK_THROWS_WITH(find_key("sparsty.nonsense"), "sparsty.nonsense is not a key.");
    CHECK_THROWS_WITH(find_key("a\nb"), "a\\u000ab is not a key.");
    CHECK(is_table("sparsity"));
    CHECK_FALSE(is_table("sparsty"));
    CHECK_FALSE(is_table(""));
}

}  // namespace espalier::config
