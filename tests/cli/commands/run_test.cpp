#include <fstream>

#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>

#include "cli/child.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;

TEST_CASE("run --print-defaults prints a configuration that can be run as it is", "[cli][run]") {
    const std::string text = check_succeeds({"run", "--print-defaults"});
    const std::string all = config::to_toml(config::resolve({}));
    CHECK(config::to_toml(config::resolve(config::parse_toml(text, "printed"))) == all);
    // Another method brings its own rules.
    config::Settings settings = config::parse_toml(text, "printed");
    config::override_with(settings, std::vector<std::string>{"sparsity.method=rigl"});
    CHECK(config::resolve(settings).sparsity.grow_rule == "gradient");
}

TEST_CASE("run --print-defaults shows a configuration as it will be run", "[cli][run]") {
    const TemporaryFolder folder;
    const std::string file = (folder / "run.toml").string();
    std::ofstream(file) << "[sparsity]\nmethod = \"rigl\"\ndensity = 0.2\n";
    const std::string text =
        check_succeeds({"run", file, "--set", "sparsity.density=0.05", "--set", "seed=3", "--print-defaults"});
    CHECK_THAT(text, Contains("\ndensity = 0.05\n") && Contains("\nseed = 3\n") && Contains("\nmethod = \"rigl\"\n") &&
                         Contains("\ngrow_rule = \"gradient\"\n"));
}

TEST_CASE("run: a mistake in the configuration is status 2 with its place", "[cli][run]") {
    const TemporaryFolder folder;
    const std::string file = (folder / "run.toml").string();
    std::ofstream(file) << "[sparsity]\ndensty = 0.2\n";
    CHECK_THAT(check_fails(2, {"run", file}),
               Contains("run.toml:2: sparsity.densty is not a key. Did you mean 'sparsity.density'?"));
    CHECK_THAT(check_fails(2, {"run", (folder / "none.toml").string()}), Contains("none.toml: No such file"));
    CHECK_THAT(check_fails(2, {"run", "--print-defaults", "--set", "training.epochs=0"}),
               Contains("--set: training.epochs = 0 must be at least 1"));
    CHECK_THAT(check_fails(2, {"run"}),
               Contains("which configuration? Give a TOML file: ") && Contains("--print-defaults > mine.toml"));
}

TEST_CASE("run: a folder that holds a run is not touched without being asked to", "[cli][run]") {
    const TemporaryFolder folder;
    const std::string file = (folder / "run.toml").string();
    std::ofstream(file) << "data.dataset = \"digits\"\n";
    std::ofstream(folder / "run.h5") << "precious";
    const std::string here = folder.path().string();
    CHECK_THAT(check_fails(2, {"run", file, "--out", here}), Contains("holds a run already") && Contains("--resume"));
    CHECK_THAT(check_fails(2, {"run", file, "--out", here, "--resume", "--force"}), Contains("excludes"));
    CHECK_THAT(check_fails(2, {"run", file, "--out", here + "/new", "--resume"}), Contains("there is no run in"));
    CHECK_THAT(check_fails(2, {"run", file, "--out", file}), Contains("is a file"));
}

}  // namespace espalier::cli
