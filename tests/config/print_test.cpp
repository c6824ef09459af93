#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/config/toml.hpp>

#include "generated.hpp"
#include "support.hpp"

namespace espalier::config {
using namespace testing;

namespace {

void check_equal(const RunConfig& a, const RunConfig& b) {
    for (const Key& key : schema()) {
        INFO(key.name);
        CHECK(key.get(a) == key.get(b));
    }
}

RunConfig read_again(const RunConfig& config) {
    return resolve(parse_toml(to_toml(config), "printed"));
}

}  // namespace

TEST_CASE("print: a resolved configuration is run again as it is", "[config][print]") {
    for (const char* given :
         {"", "sparsity.method = \"dense\"", "sparsity.method = \"static\"", "sparsity.epsilon = 13",
          "sparsity.method = \"rigl\"\nsparsity.drop_fraction = 0.123456789012345",
          "sparsity.init = \"dense\"\nsparsity.update_every = \"7it\"",
          "name = \"a \\\"b\\\" \\\\ c\"\nmodel.hidden = []\nsparsity.dense_layers = [\"x\", \"#\"]",
          "optimizer.learning_rate = 1\noptimizer.milestones = []\ntraining.checkpoint_every = 3"}) {
        INFO(given);
        const RunConfig config = resolve(parse_toml(given, "given"));
        check_equal(read_again(config), config);
        CHECK(to_toml(read_again(config)) == to_toml(config));
    }
}

TEST_CASE("print: floats are floats, and every key has its help above it", "[config][print]") {
    RunConfig config;
    config.optimizer.learning_rate = 1.0;
    const std::string text = to_toml(config);
    CHECK_THAT(text, Contains("\n# Size of the step\nlearning_rate = 1.0\n"));
    for (const Key& key : schema()) CHECK_THAT(text, Contains("# " + key.help + "\n" + key.leaf() + " = "));
}

TEST_CASE("print: where epsilon rules, density is a comment", "[config][print]") {
    CHECK_THAT(to_toml(resolve(parse_toml("sparsity.epsilon = 20", "test"))),
               Contains("\n# not used: density = 0.1\n"));
}

TEST_CASE("docs/configuration.md is what the schema says", "[config][print]") {
    check_generated("docs/configuration.md", configuration_markdown());
}

}  // namespace espalier::config
