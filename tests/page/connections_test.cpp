#include <nlohmann/json.hpp>

#include <espalier/page/connections.hpp>

#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

topology::Layer linear() {
    //        inputs 0    1     2
    // output 0:     0.5  .    -2.0
    // output 1:     .    1.0   .
    return {"001_fc", {2, 3}, pattern({{1, 0, 1}, {0, 1, 0}}), {0.5F, -2.0F, 1.0F}};
}

}  // namespace

TEST_CASE("connections: the strongest first, with their ends' degrees", "[page][connections]") {
    const DrawnLayer two = drawn_layer(linear(), 2);
    CHECK(two.name == "fc");
    CHECK(two.connections == 3);
    CHECK(two.from == std::vector<std::uint32_t>{2, 1});
    CHECK(two.to == std::vector<std::uint32_t>{0, 1});
    CHECK(two.weights == std::vector<double>{-2.0, 1.0});
    CHECK(two.to_degree == std::vector<std::uint32_t>{2, 1});
    CHECK(two.weight_share == Approx(3.0 / 3.5));
    CHECK(connections_sentence(two) ==
          "The 2 strongest of 3 connections of fc, with 85.7 % of all absolute weight; 50.0 % of them positive.");
    CHECK(connections_sentence(drawn_layer(linear(), 9)) == "All 3 connections of fc; 66.7 % of them positive.");
}

TEST_CASE("connections: masks alone are drawn as an even choice, and no strength is claimed", "[page][connections]") {
    topology::Layer mask = linear();
    mask.values = {};
    const DrawnLayer two = drawn_layer(mask, 2);
    CHECK(two.from == std::vector<std::uint32_t>{0, 1});
    CHECK(two.weights.empty());
    CHECK(connections_sentence(two) == "An even sample: 2 of 3 connections of fc.");
    CHECK(connections_sentence(drawn_layer(mask, 9)) == "All 3 connections of fc.");
}

TEST_CASE("connections: kernels of a convolution join channels", "[page][connections]") {
    // One output channel, two input channels, kernels of 2x2: of the first 3 weights are kept, of the second one.
    const topology::Layer layer = {
        "000_conv", {1, 2, 2, 2}, pattern({{1, 1, 0, 1, 0, 0, 1, 0}}), {1.0F, -1.0F, 0.5F, 3.0F}};
    const DrawnLayer drawn = drawn_layer(layer, 10);
    CHECK(drawn.is_convolution);
    CHECK(drawn.inputs == 2);
    CHECK(drawn.outputs == 1);
    CHECK(drawn.from == std::vector<std::uint32_t>{1, 0});
    CHECK(drawn.weights == std::vector<double>{3.0, 2.5});
    CHECK(drawn.kept == std::vector<std::uint32_t>{1, 3});
    CHECK(connections_sentence(drawn) == "All 2 kernels of conv; 2.0 of 4 weights kept on average.");
}

TEST_CASE("connections: an empty layer", "[page][connections]") {
    const topology::Layer none = {"000_fc", {2, 3}, Pattern::empty(2, 3), {}};
    CHECK(connections_sentence(drawn_layer(none, 5)) == "fc has no connections.");
}

TEST_CASE("connections: of more than are drawn the sentence says how many", "[page][connections]") {
    const auto drawn = [](std::size_t layers, std::size_t inputs) {
        topology::Topology network = one_layer(Pattern::full(1, inputs));
        network.layers.front().values.assign(inputs, 1.0F);
        network.layers.assign(layers, network.layers.front());
        const Course course{.runs = {0}, .names = {"end"}, .at = {{network}}, .left_out = {}};
        const Json json = connections_json(course, {0});
        return std::pair(json["drawn"][0][0]["from"].size(), json["drawn"][0][0]["seen"].get<std::string>());
    };
    CHECK(drawn(1, most_drawn).second == "All 600 connections of fc1; 100.0 % of them positive.");
    const auto [count, seen] = drawn(1, most_drawn + 1);
    CHECK(count == most_drawn);
    CHECK(seen ==
          "The 600 strongest of 601 connections of fc1, with 99.8 % of all absolute weight; 100.0 % of them "
          "positive.");
    const auto [shared, seen_of_shared] = drawn(100, 400);  // 100 layers share the page's 24 000
    CHECK(shared == most_drawn_in_all / 100);
    CHECK_THAT(seen_of_shared, Contains("The 240 strongest of 400 connections"));
}

}  // namespace espalier::page
