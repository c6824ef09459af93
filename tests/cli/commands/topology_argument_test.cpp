#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands/topology_argument.hpp>

#include "cli/topology_commands.hpp"

namespace espalier::cli {
using namespace testing;

namespace {

std::vector<std::string> labels(const std::vector<std::string>& arguments) {
    std::vector<std::string> all;
    for (const auto& topology : load_topologies(arguments, {})) all.push_back(topology.label);
    return all;
}

}  // namespace

TEST_CASE("topology argument: first, last, all, by label", "[cli][topology]") {
    const TemporaryFolder folder;
    const std::string file = two_topologies(folder);
    CHECK(labels({file + "@all"}) == std::vector<std::string>{file + "@first", file + "@second"});
    CHECK(labels({file}) == labels({file + "@all"}));
    CHECK(load_topologies({file + "@second"}, {}).front().layers.front().pattern.edges() == 2);
    CHECK(load_topologies({file + "@first"}, {}).front().layers.front().pattern.edges() == 3);
}

TEST_CASE("topology argument: a step needs no leading zeros, a file may hold an @", "[cli][topology]") {
    const TemporaryFolder folder;
    const std::string file = (folder / "a@b.h5").string();
    topology::write_topology_file(file, {{.label = "000000400", .layers = {{"fc", {1, 1}, pattern({{1}}), {}}}}});
    CHECK(labels({file + "@400"}) == std::vector<std::string>{file + "@400"});
    CHECK(labels({file}) == std::vector<std::string>{file});
    CHECK_THROWS_AS(labels({file + "@40"}), ConfigError);
}

TEST_CASE("topology argument: layers by position, in the order wanted", "[cli][topology]") {
    const TemporaryFolder folder;
    TopologyOptions options;
    options.layers = "1,000_fc1";
    const auto topologies = load_topologies({two_topologies(folder)}, options);
    REQUIRE(topologies.front().layers.size() == 2);
    CHECK(topologies.front().layers.front().name == "001_fc2");
}

}  // namespace espalier::cli
