#include <numeric>

#include <nlohmann/json.hpp>

#include <espalier/page/kernels.hpp>

#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

topology::Layer convolution(std::size_t outputs, std::size_t inputs, const Pattern& mask) {
    return {"000_conv", {outputs, inputs, 2, 2}, mask, {}};
}

Course course_of(const std::vector<topology::Layer>& layers) {
    const topology::Topology network{.label = "t", .layers = layers};
    return {.runs = {0}, .names = {"end"}, .at = {{network}}, .left_out = {}};
}

}  // namespace

TEST_CASE("kernels: kept weights of every kernel, and channels that are dead", "[page][kernels]") {
    // Three outputs, two inputs: the first output keeps 3 and 1 weights, the second nothing, the third one kernel
    // whole.
    const topology::Layer layer =
        convolution(3, 2, pattern({{1, 1, 0, 1, 0, 0, 1, 0}, {0, 0, 0, 0, 0, 0, 0, 0}, {1, 1, 1, 1, 0, 0, 0, 0}}));
    const KernelMap map = kernel_map(layer, 8);
    CHECK(map.cells == std::vector<std::uint32_t>{3, 1, 0, 0, 4, 0});
    CHECK(!map.is_binned());
    CHECK(map.empty == 3);
    CHECK(map.full == 1);
    CHECK(kernels_sentence(map) ==
          "Of the 6 kernels of conv, 50.0 % are empty and 16.7 % full; one keeps 1.3 of 4 weights on average. 1 of 3 "
          "output channels is dead, every input channel is read.");
    const topology::Layer second = convolution(2, 2, pattern({{1, 0, 0, 0, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 0, 0, 0}}));
    CHECK_THAT(kernels_sentence(kernel_map(second, 8)),
               Contains(" No output channel is dead, 1 of 2 input channels is read by no kernel."));
}

TEST_CASE("kernels: a sequence's have one side", "[page][kernels]") {
    const topology::Layer layer = {"000_conv", {2, 2, 3}, pattern({{1, 0, 0, 0, 1, 1}, {1, 1, 1, 0, 0, 0}}), {}};
    const KernelMap map = kernel_map(layer, 8);
    CHECK(map.places == 3);
    CHECK(map.cells == std::vector<std::uint32_t>{1, 2, 3, 0});
}

TEST_CASE("kernels: blocks have the share of what they keep, the last ones smaller", "[page][kernels]") {
    // 3 x 3 kernels of 4 weights on 2 x 2 cells: blocks of 2 x 2, 2 x 1, 1 x 2 and 1 x 1.
    const Pattern mask = pattern({{1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0},
                                  {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                                  {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1}});
    const KernelMap map = kernel_map(convolution(3, 3, mask), 2);
    CHECK(map.is_binned());
    CHECK(map.cells == std::vector<std::uint32_t>{25, 25, 0, 100});
    CHECK(map.empty == 6);
    CHECK_THAT(kernels_sentence(map), Contains(" A cell stands for 2 x 2 kernels."));
}

TEST_CASE("kernels: a block with a single weight is not shown as empty", "[page][kernels]") {
    std::vector<std::uint64_t> offsets(301, 1);
    offsets[0] = 0;
    const Pattern one(300, 300 * 4, offsets, {0});
    const KernelMap map = kernel_map(convolution(300, 300, one), 8);
    CHECK(map.cells[0] == 1);
    CHECK(std::accumulate(map.cells.begin(), map.cells.end(), 0U) == 1);
}

TEST_CASE("kernels: of larger layers blocks are shown, and said at the foot of the page", "[page][kernels]") {
    std::vector<std::string> left_out;
    const topology::Layer fits = convolution(most_kernel_side, 1, Pattern::full(most_kernel_side, 4));
    CHECK(kernels_json(course_of({fits}), {0}, left_out)["maps"][0][0]["output_block"] == 1);
    CHECK(left_out.empty());

    const topology::Layer large = convolution(most_kernel_side + 1, 1, Pattern::full(most_kernel_side + 1, 4));
    const Json json = kernels_json(course_of({fits, large}), {0}, left_out);
    CHECK(json["layers"] == Json({"conv", "conv"}));
    CHECK(json["maps"][0][1]["output_block"] == 2);
    CHECK(json["maps"][0][1]["cells"].size() == 33);
    CHECK_THAT(json["maps"][0][1]["seen"].get<std::string>(), Contains("A cell stands for 2 x 1 kernels."));
    CHECK(left_out == std::vector<std::string>{"single kernels of conv: maps have up to 64 x 64 cells, each of which "
                                               "stands for a block of them"});
}

TEST_CASE("kernels: many maps share what a page holds, and the first of those made smaller are named",
          "[page][kernels]") {
    std::vector<std::string> left_out;
    const std::size_t count = 150;
    const std::vector<topology::Layer> layers(count, convolution(40, 40, Pattern::full(40, 160)));
    const Json json = kernels_json(course_of(layers), {0}, left_out);
    std::size_t cells = 0;
    for (const Json& map : json["maps"][0]) cells += map["cells"].size();
    CHECK(cells <= most_kernel_cells);
    CHECK(left_out == std::vector<std::string>{"single kernels of conv, conv, conv and 147 more: maps have up to 25 x "
                                               "25 cells, each of which stands for a block of them"});
}

TEST_CASE("kernels: networks without convolutions have none", "[page][kernels]") {
    std::vector<std::string> left_out;
    CHECK(kernels_json(course_of({one_layer(Pattern::full(2, 2)).layers}), {0}, left_out).is_null());
    CHECK(kernels_json(course_of({convolution(1, 1, Pattern::full(1, 4))}), {}, left_out).is_null());
}

}  // namespace espalier::page
