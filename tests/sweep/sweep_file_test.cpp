#include <fstream>

#include <espalier/base/text/error.hpp>
#include <espalier/sweep/sweep_file.hpp>

#include "support.hpp"

namespace espalier::sweep {
using namespace testing;
namespace {

std::string file_refusal(const std::string& text) {
    try {
        parse_sweep_file(text, "sweep.toml");
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

/// The message for these lines behind a name and a base; their first is line 3.
std::string refusal_of(const std::string& lines) {
    return file_refusal("name = \"x\"\nbase = \"base.toml\"\n" + lines);
}

}  // namespace

TEST_CASE("sweep file: grid, list and seeds", "[sweep][file]") {
    const SweepFile file = parse_sweep_file(R"(
        name = "granet"
        base = "base.toml"
        seeds = [2, 0]
        [grid]
        training.epochs = [1, 2]
        "sparsity.density" = [0.1, 1]
        model.hidden = [[30, 10], [5]]
        [[variants]]
        name = "set"
        sparsity.method = "set"
        [[variants]]
        "sparsity.method" = "rigl"
        sparsity.update_every = 2
        name = "rigl"
    )",
                                            "sweep.toml", "/there");
    CHECK(file.name == "granet");
    CHECK(file.base == "/there/base.toml");
    CHECK(file.seeds == std::vector<std::int64_t>{2, 0});
    REQUIRE(file.grid.size() == 3);  // in the order of the file, not of the alphabet
    CHECK(file.grid[0].key->name == "training.epochs");
    CHECK(file.grid[1].key->name == "sparsity.density");
    CHECK(file.grid[1].values[1].shown == config::Value(1.0));  // as the configuration holds it
    CHECK(file.grid[2].values[0].value == config::Value(std::vector<std::int64_t>{30, 10}));
    CHECK(file.grid[2].values[0].place == "sweep.toml:8");
    REQUIRE(file.variants.size() == 2);
    CHECK(file.variants[0].name == "set");
    CHECK(file.variants[0].overrides.size() == 1);
    CHECK(file.variants[1].overrides[1].shown == config::Value(std::string("2ep")));
}

TEST_CASE("sweep file: a name and a base are enough", "[sweep][file]") {
    const SweepFile file = parse_sweep_file("name = 'x'\nbase = '/b.toml'", "sweep.toml", "/there");
    CHECK(file.base == "/b.toml");
    CHECK((file.seeds.empty() && file.grid.empty() && file.variants.empty()));
}

TEST_CASE("sweep file: what is wrong at the top is said with its line", "[sweep][file]") {
    CHECK(file_refusal("name = 'x'\n") ==
          "sweep.toml: base is missing: the configuration to vary, base = \"base.toml\"");
    CHECK(file_refusal("base = 'x'\n") ==
          "sweep.toml: name is missing: what the sweep is called, name = \"densities\"");
    CHECK(file_refusal("name = 3\nbase = 'x'") == "sweep.toml:1: name must be text, and not empty");
    CHECK_THAT(file_refusal("name = 'a/b'\nbase = 'x'"),
               Contains("sweep.toml:1: name = \"a/b\" must be a name for a file"));
    for (const std::string name : {"..", ".hidden", "-rf", "/tmp", "../up"}) {
        CHECK_THAT(file_refusal("name = '" + name + "'\nbase = 'x'"), Contains("must be a name for a file"));
    }
    CHECK(refusal_of("seads = [1]") == "sweep.toml:3: seads is not a key of a sweep. Did you mean 'seeds'?");
    CHECK(refusal_of("seed = 1") == "sweep.toml:3: seed belongs into the base file; a sweep has seeds = [0, 1, 2]");
    CHECK(refusal_of("[sparsity]\ndensity = 0.1") ==
          "sweep.toml:3: sparsity belongs into the base file, [grid] or [[variants]]");
    CHECK(refusal_of("seeds = 3") == "sweep.toml:3: seeds must be a list of integers, seeds = [0, 1]");
    CHECK(refusal_of("seeds = []") == "sweep.toml:3: seeds must be a list of integers, seeds = [0, 1]");
    CHECK(refusal_of("seeds = [0.5]") == "sweep.toml:3: seeds must be a list of integers, seeds = [0, 1]");
    CHECK_THAT(refusal_of("seeds = [-1]"), Contains("sweep.toml:3: seed = -1 must be"));
    CHECK(refusal_of("seeds = [1, 2, 1]") == "sweep.toml:3: seeds holds 1 twice");
    CHECK_THAT(file_refusal("name = "), Contains("sweep.toml:1:"));
}

TEST_CASE("sweep file: what is wrong in the grid is said with its line", "[sweep][file]") {
    CHECK(refusal_of("grid = 1") == "sweep.toml:3: grid must be a table, [grid]");
    CHECK(refusal_of("[grid]\n'sparsity.densty' = [0.1]") ==
          "sweep.toml:4: sparsity.densty is not a key. Did you mean 'sparsity.density'?");
    CHECK(refusal_of("[grid]\nsparsty.density = [0.1]") ==
          "sweep.toml:4: sparsty.density is not a key. Did you mean 'sparsity.density'?");
    CHECK(refusal_of("[grid]\nsparsity.density = 0.1") ==
          "sweep.toml:4: sparsity.density in [grid] must be a list of values with at least one");
    CHECK(refusal_of("[grid]\nsparsity.density = []") ==
          "sweep.toml:4: sparsity.density in [grid] must be a list of values with at least one");
    CHECK_THAT(refusal_of("[grid]\nsparsity.density = [\n0.1,\n1.5]"),
               Contains("sweep.toml:6: sparsity.density = 1.5 must be above 0 and at most 1"));
    CHECK_THAT(refusal_of("[grid]\nsparsity.density = ['x']"),
               Contains("sweep.toml:4: sparsity.density") && Contains("is text, and must be a number"));
    CHECK(refusal_of("[grid]\nmodel.hidden = [[1, 'x']]") ==
          "sweep.toml:4: model.hidden is a list of different things, and must be a list of integers");
    CHECK(refusal_of("[grid]\nsparsity.density = [1, 1.0]") ==
          "sweep.toml:4: sparsity.density in [grid] holds 1.0 twice");
    CHECK(refusal_of("[grid]\nsparsity.density = [0.1]\n'sparsity.density' = [0.2]") ==
          "sweep.toml:5: sparsity.density is in [grid] twice");
    CHECK(refusal_of("[grid]\nseed = [0, 1]") ==
          "sweep.toml:4: seed is not for [grid] and [[variants]]: list seeds = [0, 1, 2] at the top");
    CHECK(refusal_of("[grid]\nname = ['a']") ==
          "sweep.toml:4: name cannot be varied: runs are called as their variant is");
}

TEST_CASE("sweep file: what is wrong in the list is said with its line", "[sweep][file]") {
    const std::string as_list = "sweep.toml:3: variants must be a list of tables: write [[variants]] above each";
    CHECK(refusal_of("variants = 1") == as_list);
    CHECK(refusal_of("[variants]\nname = 'x'") == as_list);
    CHECK(refusal_of("variants = [1]") == as_list);
    CHECK_THAT(refusal_of("[[variants]]\nsparsity.method = 'set'"), Contains("sweep.toml:3:") && Contains("a name ="));
    for (const std::string name : {"a/b", "..", "-rf"}) {
        CHECK_THAT(refusal_of("[[variants]]\nname = '" + name + "'"), Contains("must be a name for a file"));
    }
    CHECK(refusal_of("[[variants]]\nname = 'a'\n[[variants]]\nname = 'a'") ==
          "sweep.toml:5: two variants are called \"a\"");
    CHECK_THAT(refusal_of("[[variants]]\nname = 'a'\nsparsity.method = 'sett'"),
               Contains("sweep.toml:5: sparsity.method = \"sett\""));
    CHECK_THAT(refusal_of("[[variants]]\nname = 'a'\nmethod = 'set'"), Contains("sweep.toml:5: method is not a key"));
    CHECK(refusal_of("[[variants]]\nname = 'a'\nsparsity.method = 'set'\n'sparsity.method' = 'set'") ==
          "sweep.toml:6: sparsity.method is in the variant \"a\" twice");
    CHECK(refusal_of("[grid]\nsparsity.density = [0.1]\n[[variants]]\nname = 'a'\nsparsity.density = 0.2") ==
          "sweep.toml:7: sparsity.density is in [grid] (sweep.toml:4) and in the variant \"a\": leave it out of one");
    CHECK_THAT(refusal_of("[[variants]]\nname = 'a'\nseed = 1"), Contains("sweep.toml:5: seed is not for"));
}

TEST_CASE("sweep file: one that is not there is a mistake of the command line", "[sweep][file]") {
    CHECK_THROWS_AS(read_sweep_file("/nowhere/sweep.toml"), ConfigError);
}

}  // namespace espalier::sweep
