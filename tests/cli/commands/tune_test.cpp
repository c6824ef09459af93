#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/base/text/text.hpp>
#include <espalier/cli/commands/tune.hpp>
#include <espalier/config/run_execution.hpp>

#include "cli/child.hpp"
#include "support.hpp"

namespace espalier::cli {
using namespace testing;

TEST_CASE("tune writes the table that runs read", "[cli][tune]") {
    const TemporaryFolder folder;
    const std::vector<std::string> here = {"XDG_CONFIG_HOME=" + (folder / "new").string(), "ESPALIER_ISA=portable"};
    const Outcome outcome = espalier({"tune", "--quick", "--json"}, here);
    INFO(outcome.err);
    REQUIRE(outcome.status == 0);
    CHECK(outcome.err.empty());
    const nlohmann::json said = nlohmann::json::parse(outcome.out);
    const std::filesystem::path file = folder / "new/espalier/crossovers.toml";
    CHECK(said.at("file") == file.string());
    const nn::Crossovers table = config::read_crossovers(file);
    CHECK(table.instruction_set() == "portable");
    CHECK(said.at("instruction_set") == "portable");
    CHECK(said.at("features") == table.grid().features);
    CHECK(said.at("lanes") == table.grid().lanes);
    for (const nn::Product product : nn::all_products) {
        CHECK(said.at(to_string(product)) == table.densities(product));
    }
    REQUIRE(table.convolutions());
    CHECK(said.at("channels") == table.convolutions()->grid().channels);
    CHECK(said.at("pixels") == table.convolutions()->grid().pixels);
    for (const nn::ConvolutionProduct product : nn::all_convolution_products)
        CHECK(said.at(to_string(product)) == table.convolutions()->densities(product));
}

TEST_CASE("tune --check: of each product, width and batch the density where the choice loses most", "[cli][tune]") {
    const std::string text = tune_check_text({{"forward", 256, 32, 0.1, {0.001, 0.002}, false},
                                              {"forward", 256, 32, 0.3, {0.003, 0.001}, false},
                                              {"forward", 256, 32, 0.5, {0.004, 0.002}, false},
                                              {"gradients", 256, 32, 0.1, {0.001, 0.002}, true}});
    const std::vector<std::string> lines = split_lines(text);
    REQUIRE(lines.size() == 6);  // a header, two lines, one empty, the worst, and nothing behind it
    CHECK_THAT(lines[1], Contains("forward") && Contains("0.3") && Contains("sparse"));
    CHECK(lines[1].ends_with(" 3"));
    CHECK_THAT(lines[2], Contains("gradients") && Contains("dense"));
    CHECK(lines[2].ends_with(" 2"));
    CHECK(lines[4] == "Worst: 3 times the better way's time");
}

TEST_CASE("tune says at once where it cannot write", "[cli][tune]") {
    const TemporaryFolder folder;
    std::ofstream(folder / "file") << "no folder";
    CHECK_THAT(check_fails(1, {"tune", "--out", (folder / "file/table.toml").string()}),
               Contains("cannot make the folder"));
    CHECK_THAT(check_fails(2, {"tune", "--check", "--quick"}), Contains("excludes"));
    const Outcome homeless = espalier({"tune"}, {"XDG_CONFIG_HOME=", "HOME="});
    CHECK(homeless.status == 2);
    CHECK_THAT(homeless.err, Contains("give --out FILE"));
}

}  // namespace espalier::cli
