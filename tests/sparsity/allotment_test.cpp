#include <numeric>

#include <espalier/sparsity/allotment.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

const std::vector<std::string> names{"fc1", "fc2", "fc3"};
const std::vector<Shape> lenet{{300, 784}, {100, 300}, {10, 100}};

std::vector<std::size_t> counts(const std::vector<LayerAllotment>& layers) {
    std::vector<std::size_t> kept;
    for (const LayerAllotment& layer : layers) kept.push_back(layer.kept);
    return kept;
}

}  // namespace

TEST_CASE("allotment: golden counts by largest remainder", "[sparsity]") {
    // methods.md 2.4
    using Counts = std::vector<std::size_t>;
    CHECK(counts(allot(names, lenet, {"erk", 0.1})) == Counts{18714, 6906, 1000});
    CHECK(counts(allot(names, lenet, {"erk", 0.05})) == Counts{9051, 3340, 919});
    CHECK(counts(allot(names, lenet, {"erk", 0.02})) == Counts{3621, 1336, 367});
    const std::vector<Shape> mlp{{1000, 784}, {1000, 1000}, {1000, 1000}, {10, 1000}};
    const std::vector<std::string> four{"fc1", "fc2", "fc3", "fc4"};
    CHECK(counts(allot(four, mlp, {"erk", 0.1})) == Counts{83093, 93154, 93153, 10000});
    CHECK(counts(allot(four, mlp, {"erk", 0.05})) == Counts{40004, 44848, 44848, 10000});
}

TEST_CASE("allotment: the total is exact for every distribution and density", "[sparsity]") {
    for (const char* init : {"er", "erk", "uniform"}) {
        for (int k = 1; k <= 50; ++k) {
            const double density = k / 50.0;
            const auto kept = counts(allot(names, lenet, {init, density}));
            const auto total = std::accumulate(kept.begin(), kept.end(), std::size_t{0});
            CHECK(total == static_cast<std::size_t>(density * 266200.0 + 0.5));
        }
    }
}

TEST_CASE("allotment: the paper's MLP by epsilon 2.4, output layer dense", "[sparsity]") {
    const std::vector<Shape> mlp{{784, 784}, {784, 784}, {784, 784}, {10, 784}};
    AllotmentRequest request{"er", 0.1, 2.4, {"last"}};
    const auto layers = allot({"fc1", "fc2", "fc3", "fc4"}, mlp, request);
    CHECK(counts(layers) == std::vector<std::size_t>{3763, 3763, 3763, 7840});  // round(2.4 * 1568)
    CHECK(layers[3].forced_dense);
}

TEST_CASE("allotment: layers forced dense are left out of the budget", "[sparsity]") {
    const auto layers = allot(names, lenet, {"uniform", 0.1, 0.0, {"fc3"}});
    CHECK(counts(layers) == std::vector<std::size_t>{23520, 3000, 1000});
    CHECK(counts(allot(names, lenet, {"uniform", 0.1, 0.0, {"first", "last"}})) ==
          std::vector<std::size_t>{235200, 3000, 1000});
}

TEST_CASE("largest remainder: ties go to the earlier layer", "[sparsity]") {
    CHECK(largest_remainder({0.25, 0.25, 0.25}, {10, 10, 10}) == std::vector<std::size_t>{3, 3, 2});
    CHECK(largest_remainder({1.0, 1.0}, {7, 9}) == std::vector<std::size_t>{7, 9});
}

TEST_CASE("allotment: what cannot be is refused with the remedy", "[sparsity]") {
    CHECK_THROWS_WITH(allot(names, lenet, {"erk", 0.0}), Contains("sparsity.density = 0") && Contains("above 0"));
    CHECK_THROWS_AS(allot(names, lenet, {"erk", 1.5}), ConfigError);
    CHECK_THROWS_WITH(allot(names, lenet, {"er", 0.1, 0.001, {}}), Contains("layer fc2") && Contains("at least"));
    CHECK_THROWS_WITH(allot(names, lenet, {"erk", 0.1, 0.0, {"fc9"}}), Contains("fc9") && Contains("fc1, fc2, fc3"));
    CHECK_THROWS_AS(allot(names, lenet, {"erdos", 0.1}), ConfigError);
}

}  // namespace espalier::sparsity
