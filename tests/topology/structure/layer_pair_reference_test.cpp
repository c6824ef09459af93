#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/topology/files/mask_files.hpp>
#include <espalier/topology/structure/channel_overlap.hpp>

#include "home_reference.hpp"
#include "topology/measured.hpp"
#include "topology/networks.hpp"

// Values of the published program and of its definitions: see tests/reference/README.md.

namespace espalier::topology {
using namespace testing;

namespace {

using Json = nlohmann::json;

void check_pair(const Topology& net, const Json& pair) {
    const std::size_t k = pair["layers"][1].get<std::size_t>();
    const auto expected = [&](const char* name) { return pair[name].get<double>(); };
    const auto of = [&](const char* metric, const char* vectors) {
        return measured(metric, net, {{"degree_vectors", vectors}}).layers;
    };
    CHECK(of("copeland", "full")[k].number() == Approx(expected("copeland_definition")).epsilon(0).margin(1e-12));
    CHECK(of("copeland", "cut")[k].number() == Approx(expected("copeland")).epsilon(0).margin(1e-6));
    CHECK(of("compatibility", "full")[k].number() ==
          Approx(expected("compatibility_definition")).epsilon(0).margin(1e-12));
    CHECK(of("compatibility", "cut")[k].number() == Approx(expected("compatibility")).epsilon(0).margin(1e-12));
}

}  // namespace

TEST_CASE("layer pair: the published program's chains, and its definitions", "[topology][layer_pair][reference]") {
    std::ifstream file(home_reference() / "ramanujan.json");
    const Json chains = Json::parse(file)["chains"];
    REQUIRE(chains.size() == 6);
    for (const auto& [name, chain] : chains.items()) {
        INFO(name);
        const Topology net = read_mask_files(home_reference() / chain["file"].get<std::string>(), {});
        for (const Json& pair : chain["pairs"]) check_pair(net, pair);
        const std::vector<MetricValue> overlaps = measured("channel_overlap", net).layers;
        for (const Json& overlap : chain["overlap"]) {
            const std::size_t k = overlap["layer"].get<std::size_t>();
            CHECK(input_channels(net)[k] == overlap["in_channels"].get<std::size_t>());
            CHECK(overlaps[k].number() == Approx(overlap["original"].get<double>()).epsilon(0).margin(1e-12));
            CHECK(overlaps[k].number() == Approx(overlap["definition"].get<double>()).epsilon(0).margin(1e-12));
        }
    }
}

}  // namespace espalier::topology
