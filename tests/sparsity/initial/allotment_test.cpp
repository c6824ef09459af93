#include <numeric>

#include <espalier/sparsity/initial/allotment.hpp>
#include <espalier/sparsity/masks/largest_remainder.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

const std::vector<std::string> names{"fc1", "fc2", "fc3"};
const std::vector<Shape> lenet_300_100{{300, 784}, {100, 300}, {10, 100}};

std::vector<std::size_t> counts(const std::vector<LayerAllotment>& layers) {
    std::vector<std::size_t> kept;
    for (const LayerAllotment& layer : layers) kept.push_back(layer.kept);
    return kept;
}

}  // namespace

TEST_CASE("allotment: golden counts by largest remainder", "[sparsity]") {
    // definitions.md 2.4
    using Counts = std::vector<std::size_t>;
    CHECK(counts(allot(names, lenet_300_100, {parse_init("erk"), 0.1})) == Counts{18714, 6906, 1000});
    CHECK(counts(allot(names, lenet_300_100, {parse_init("erk"), 0.05})) == Counts{9051, 3340, 919});
    CHECK(counts(allot(names, lenet_300_100, {parse_init("erk"), 0.02})) == Counts{3621, 1336, 367});
    const std::vector<Shape> mlp{{1000, 784}, {1000, 1000}, {1000, 1000}, {10, 1000}};
    const std::vector<std::string> four{"fc1", "fc2", "fc3", "fc4"};
    CHECK(counts(allot(four, mlp, {parse_init("erk"), 0.1})) == Counts{83093, 93154, 93153, 10000});
    CHECK(counts(allot(four, mlp, {parse_init("erk"), 0.05})) == Counts{40004, 44848, 44848, 10000});
}

TEST_CASE("allotment: the total is exact for every distribution and density", "[sparsity]") {
    for (const char* init : {"er", "erk", "uniform", "snip"}) {
        for (int k = 1; k <= 50; ++k) {
            const double density = k / 50.0;
            const auto kept = counts(allot(names, lenet_300_100, {parse_init(init), density}));
            const auto total = std::accumulate(kept.begin(), kept.end(), std::size_t{0});
            CHECK(total == static_cast<std::size_t>(density * 266200.0 + 0.5));
        }
    }
}

TEST_CASE("allotment: the paper's MLP by epsilon 2.4, output layer dense", "[sparsity]") {
    const std::vector<Shape> mlp{{784, 784}, {784, 784}, {784, 784}, {10, 784}};
    AllotmentRequest request{parse_init("er"), 0.1, 2.4, {"last"}};
    const auto layers = allot({"fc1", "fc2", "fc3", "fc4"}, mlp, request);
    CHECK(counts(layers) == std::vector<std::size_t>{3763, 3763, 3763, 7840});  // round(2.4 * 1568)
    CHECK(layers[3].forced_dense);
}

TEST_CASE("allotment: layers forced dense are left out of the budget", "[sparsity]") {
    const auto layers = allot(names, lenet_300_100, {parse_init("uniform"), 0.1, 0.0, {"fc3"}});
    CHECK(counts(layers) == std::vector<std::size_t>{23520, 3000, 1000});
    CHECK(counts(allot(names, lenet_300_100, {parse_init("uniform"), 0.1, 0.0, {"first", "last"}})) ==
          std::vector<std::size_t>{235200, 3000, 1000});
}

TEST_CASE("allotment: structures get the counts of their distribution, erk or another", "[sparsity][structures]") {
    using Counts = std::vector<std::size_t>;
    for (const char* init : {"biregular", "ramanujan", "ramanujan_lift", "circulant"}) {
        CHECK(counts(allot(names, lenet_300_100, {parse_init(init), 0.1})) == Counts{18714, 6906, 1000});
        CHECK(counts(allot(names, lenet_300_100, {parse_init(init), 0.1, 0.0, {}, &distribution("uniform")})) ==
              Counts{23520, 3000, 100});
    }
    CHECK(counts(allot(names, lenet_300_100, {parse_init("biregular"), 0.1, 2.4, {"last"}, &distribution("er")})) ==
          Counts{2602, 960, 1000});
}

TEST_CASE("allotment: structures that come in units get the nearest number of them", "[sparsity][structures]") {
    using Counts = std::vector<std::size_t>;
    // 300 outputs: 18714 is 62.4 inputs each, 6906 of 100 is 69.1, 1000 is all
    CHECK(counts(allot(names, lenet_300_100, {parse_init("constant_fan_in"), 0.1})) == Counts{18600, 6900, 1000});
    // blocks of 40: 467.85, 172.65
    CHECK(counts(allot(names, lenet_300_100, {parse_init("block:10,4"), 0.1})) == Counts{18720, 6920, 1000});
    CHECK(counts(allot(names, lenet_300_100, {parse_init("block:50,20"), 0.00001, 0.0, {"first", "last"}})) ==
          Counts{235200, 1000, 1000});
    CHECK(counts(allot(names, lenet_300_100, {parse_init("nm:1,4")})) == Counts{58800, 7500, 250});
    CHECK(counts(allot(names, lenet_300_100, {parse_init("nm:1,4"), 0.25, 0.0, {"last"}})) ==
          Counts{58800, 7500, 1000});
}

TEST_CASE("allotment: a mean degree below 3 leaves a note where ramanujan is asked for", "[sparsity][structures]") {
    const auto layers = allot(names, lenet_300_100, {parse_init("ramanujan"), 0.02, 0.0, {}, &distribution("uniform")});
    CHECK(layers[0].note.empty());  // 4704 edges: 6 an input
    CHECK_THAT(layers[1].note, Contains("below 3") && Contains("biregular"));
    CHECK(allot(names, lenet_300_100, {parse_init("biregular"), 0.01})[1].note.empty());
}

TEST_CASE("allotment: a structure that a layer cannot have", "[sparsity][structures]") {
    CHECK_THROWS_WITH(allot(names, lenet_300_100, {parse_init("nm:3,16")}),
                      Contains("layer fc2 [100 x 300]") && Contains("groups of 16 do not divide its 300 inputs") &&
                          Contains("sparsity.dense_layers"));
    CHECK_THROWS_WITH(allot(names, lenet_300_100, {parse_init("block:8,8"), 0.1}),
                      Contains("layer fc1 [300 x 784]") && Contains("heights of 8 do not divide its 300 outputs"));
    CHECK_NOTHROW(allot(names, lenet_300_100, {parse_init("nm:3,16"), 0.1, 0.0, {"fc2", "fc3"}}));
    CHECK_THROWS_WITH(parse_init("block:8"), Contains("must be written"));
}

TEST_CASE("allotment: inits with one ranking of all layers have a provisional count with the right sum",
          "[sparsity][saliency]") {
    for (const char* init : {"snip", "synflow", "ratio_of:grasp", "phew"}) {
        const auto layers = allot(names, lenet_300_100, {parse_init(init), 0.05});
        const auto kept = counts(layers);
        CHECK(std::accumulate(kept.begin(), kept.end(), std::size_t{0}) == 13310);
        for (const LayerAllotment& layer : layers) CHECK(layer.asked_density == 0.05);
    }
    for (const AllotmentRequest& by_layer :
         {AllotmentRequest{.init = parse_init("npb"), .density = 0.05},
          AllotmentRequest{.init = parse_init("snip"), .density = 0.05, .score_by_layer = true}}) {
        CHECK(counts(allot(names, lenet_300_100, by_layer)) ==
              counts(allot(names, lenet_300_100, {parse_init("erk"), 0.05})));
    }
    CHECK(counts(allot(names, lenet_300_100, {.init = parse_init("erk"), .density = 0.05, .erk_power = 0.0})) ==
          counts(allot(names, lenet_300_100, {parse_init("uniform"), 0.05})));
    CHECK_THROWS_WITH(allot(names, lenet_300_100, {parse_init("uniform_plus"), 0.05}),
                      Contains("sparsity.density = 0.05: uniform_plus reaches no density of 0.05"));
}

TEST_CASE("largest remainder: ties go to the earlier layer", "[sparsity]") {
    CHECK(largest_remainder({0.25, 0.25, 0.25}, {10, 10, 10}) == std::vector<std::size_t>{3, 3, 2});
    CHECK(largest_remainder({1.0, 1.0}, {7, 9}) == std::vector<std::size_t>{7, 9});
}

TEST_CASE("allotment: what cannot be is refused with the remedy", "[sparsity]") {
    CHECK_THROWS_WITH(allot(names, lenet_300_100, {parse_init("erk"), 0.0}),
                      Contains("sparsity.density = 0") && Contains("above 0"));
    CHECK_THROWS_AS(allot(names, lenet_300_100, {parse_init("erk"), 1.5}), ConfigError);
    CHECK_THROWS_WITH(allot(names, lenet_300_100, {parse_init("er"), 0.1, 0.001, {}}),
                      Contains("layer fc2") && Contains("at least"));
    CHECK_THROWS_WITH(allot(names, lenet_300_100, {parse_init("erk"), 0.1, 0.0, {"fc9"}}),
                      Contains("fc9") && Contains("fc1, fc2, fc3"));
    CHECK_THROWS_AS(allot(names, lenet_300_100, {parse_init("erdos"), 0.1}), ConfigError);
}

}  // namespace espalier::sparsity
