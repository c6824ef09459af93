#include <nlohmann/json.hpp>

#include <espalier/report/json.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/topology/graph/degree.hpp>

#include "cli/child.hpp"
#include "cli/small_run.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;
namespace {

std::vector<std::string> short_run(const std::filesystem::path& out, const std::string& init,
                                   const std::vector<std::string>& more = {}) {
    // All of it in the order of small_run, whose density nm refuses unless it is its own.
    std::vector<std::string> arguments = {"--set", "sparsity.init=\"" + init + "\"", "--set", "training.epochs=2",
                                          "--json"};
    if (init.starts_with("nm")) arguments.insert(arguments.end(), {"--set", "sparsity.density=0.5"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return small_run(out, arguments);
}

}  // namespace

TEST_CASE("run: every initial structure trains, and the first snapshot has it", "[cli][run][structures]") {
    const TemporaryFolder folder;
    int number = 0;
    for (const std::string init :
         {"biregular", "ramanujan", "ramanujan_lift", "circulant", "constant_fan_in", "block:2,4", "nm:2,4"}) {
        INFO(init);
        const std::filesystem::path out = folder / std::to_string(number++);
        const report::Json result = report::Json::parse(check_succeeds(short_run(out, init)));
        CHECK(result["status"] == "finished");
        CHECK(result["density"].get<double>() == Approx(init == "nm:2,4" ? 0.5 : 0.3).epsilon(0.03));
        const topology::Topology first = topology::read_snapshot(out / "run.h5", "000000000");
        const Pattern& mask = first.layers[0].pattern;  // 64 -> 32
        const auto fan_ins = topology::output_degrees(mask);
        const auto [low, high] = std::ranges::minmax(fan_ins);
        if (init != "block:2,4") CHECK(high - low <= 1 + (init == "ramanujan_lift" ? 2U : 0U));
        if (init == "block:2,4") CHECK(mask.edges() % 8 == 0);
        check_readable(out / "run.h5");
    }
}

TEST_CASE("run: a structure that does not fit is one line before training", "[cli][run][structures]") {
    const TemporaryFolder folder;
    const std::filesystem::path out = folder / "out";
    const auto refusal = [&](const std::string& init) { return check_fails(2, short_run(out, init)); };
    CHECK_THAT(refusal("nm:1,3"), Contains("sparsity.init") || Contains("sparsity.density"));
    CHECK_THAT(check_fails(2, small_run(out, {"--set", "sparsity.init=\"nm:1,3\"", "--set",
                                              "sparsity.density=0.3333333333333333"})),
               Contains("layer fc1 [32 x 64]") && Contains("groups of 3 do not divide its 64 inputs"));
    CHECK_THAT(refusal("block:5,4"), Contains("layer fc1 [32 x 64]") && Contains("heights of 5") && Contains("32"));
    CHECK_THAT(refusal("block:0,4"), Contains("block:H,W"));
    CHECK_THAT(refusal("nm:5,4"), Contains("at most the second"));
    CHECK_THAT(refusal("expander"), Contains("is not known"));
    CHECK_FALSE(std::filesystem::exists(out / "run.h5"));
}

TEST_CASE("inspect: a layer without a Ramanujan bound says so", "[cli][inspect][structures]") {
    const TemporaryFolder folder;
    const std::string out = (folder / "out").string();
    small_run(out);  // for its configuration
    const std::vector<std::string> command = {"inspect", out + ".toml",
                                              "--set",   "sparsity.init=\"ramanujan\"",
                                              "--set",   "sparsity.layer_densities=\"uniform\"",
                                              "--set",   "sparsity.density=0.1"};
    CHECK_THAT(check_succeeds(command), Contains("layer fc3: a mean degree is below 3"));
    std::vector<std::string> as_json = command;
    as_json.emplace_back("--json");
    const report::Json layers = report::Json::parse(check_succeeds(as_json))["layers"];
    CHECK_THAT(layers[2]["note"].get<std::string>(), Contains("biregular"));
}

}  // namespace espalier::cli
