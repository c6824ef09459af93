#include <algorithm>
#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/sparsity/masks/distribution.hpp>

#include "home_reference.hpp"
#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

double total(const std::vector<Shape>& shapes, const std::vector<double>& densities) {
    double kept = 0.0;
    for (std::size_t l = 0; l < shapes.size(); ++l) kept += densities[l] * static_cast<double>(positions(shapes[l]));
    return kept;
}

const std::vector<Shape> lenet{{300, 784}, {100, 300}, {10, 100}};

}  // namespace

TEST_CASE("erk: golden densities of LeNet-300-100", "[sparsity]") {
    // definitions.md 2.4
    const auto check = [](double density, double a, double b, double c) {
        const auto d = erk_densities(lenet, density);
        CHECK(d[0] == Approx(a).margin(1e-6));
        CHECK(d[1] == Approx(b).margin(1e-6));
        CHECK(d[2] == Approx(c).margin(1e-6));
    };
    check(0.1, 0.079568, 0.230189, 1.0);
    check(0.05, 0.038484, 0.111334, 0.918507);
    check(0.02, 0.015394, 0.044534, 0.367403);
}

TEST_CASE("distributions: the densities of the published programs, for every network and density",
          "[sparsity][reference]") {
    const auto reference = nlohmann::json::parse(std::ifstream(home_reference() / "erk.json"));
    int compared = 0;
    for (const auto& allocation : reference["allocations"].items()) {
        const std::string& network = allocation.key();
        const auto& by_density = allocation.value();
        std::vector<Shape> shapes;
        for (const auto& layer : reference["shapes"][network]) shapes.push_back(layer["shape"].get<Shape>());
        for (const auto& item : by_density.items()) {
            const std::string& text = item.key();
            const auto& kinds = item.value();
            const double density = std::stod(text);
            const auto compare = [&](const char* kind, const std::vector<double>& ours) {
                INFO(network << " " << text << " " << kind);
                const auto& theirs = kinds[kind]["densities"];
                REQUIRE(theirs.size() == ours.size());
                for (std::size_t l = 0; l < ours.size(); ++l)
                    CHECK(ours[l] == Approx(theirs[l].get<double>()).epsilon(1e-12));
                CHECK(total(shapes, ours) / total(shapes, std::vector<double>(ours.size(), 1.0)) ==
                      Approx(kinds[kind]["overall_density"].get<double>()).epsilon(1e-12));
                CHECK(std::ranges::count(ours, 1.0) == static_cast<std::ptrdiff_t>(kinds[kind]["dense_layers"].size()));
                ++compared;
            };
            const auto named = [&](const char* name, double power) {
                return find_named(distributions(), name, "distribution").densities(shapes, density, power);
            };
            compare("ERK", named("erk", 1.0));
            compare("ERK_power_0.5", named("erk", 0.5));
            compare("ER", named("er", 1.0));
            for (const double d : named("uniform", 1.0)) CHECK(d == kinds["uniform"]["layer_density"].get<double>());
            CHECK(kinds.size() == 4);
        }
    }
    CHECK(compared > 10);
}

TEST_CASE("erk: the budget is met, densities rise with the budget, power 0 is uniform", "[sparsity]") {
    const std::vector<Shape> shapes{{16, 3, 3, 3}, {32, 16, 3, 3}, {32, 16, 1, 1}, {64, 32, 3, 3}, {10, 64}};
    std::vector<double> before(shapes.size(), 0.0);
    double all = 0.0;
    for (const Shape& shape : shapes) all += static_cast<double>(positions(shape));
    for (int k = 1; k <= 100; ++k) {
        const double density = k / 100.0;
        for (const auto& densities : {erk_densities(shapes, density), er_densities(shapes, density)}) {
            CHECK(total(shapes, densities) == Approx(density * all).epsilon(1e-12));
            for (const double d : densities) CHECK((d > 0.0 && d <= 1.0));
        }
        const auto now = erk_densities(shapes, density);
        for (std::size_t l = 0; l < now.size(); ++l) CHECK(now[l] >= before[l] - 1e-12);
        before = now;
    }
    for (const double d : erk_densities(shapes, 0.3, 0.0)) CHECK(d == Approx(0.3));
}

TEST_CASE("er: golden densities of a residual network", "[sparsity]") {
    // definitions.md 2.3: ResNet-20 at 0.1, by the first two dimensions
    std::vector<Shape> shapes{{16, 3, 3, 3}};
    for (int k = 0; k < 6; ++k) shapes.push_back({16, 16, 3, 3});
    shapes.insert(shapes.end(), {{32, 16, 3, 3}, {32, 32, 3, 3}, {32, 16, 1, 1}});
    for (int k = 0; k < 4; ++k) shapes.push_back({32, 32, 3, 3});
    shapes.insert(shapes.end(), {{64, 32, 3, 3}, {64, 64, 3, 3}, {64, 32, 1, 1}});
    for (int k = 0; k < 4; ++k) shapes.push_back({64, 64, 3, 3});
    shapes.push_back({10, 64});
    const auto d = er_densities(shapes, 0.1);
    CHECK(d[0] == Approx(0.889651).margin(1e-6));
    CHECK(d[1] == Approx(0.280943).margin(1e-6));
    CHECK(d[7] == Approx(0.210707).margin(1e-6));
    CHECK(d[9] == Approx(0.210707).margin(1e-6));
    CHECK(d[8] == Approx(0.140471).margin(1e-6));
    CHECK(d[14] == Approx(0.105353).margin(1e-6));
    CHECK(d[15] == Approx(0.070236).margin(1e-6));
    CHECK(d.back() == Approx(0.259872).margin(1e-6));
}

TEST_CASE("uniform_plus: first dense, last at least 0.2, the total met or the least density named", "[sparsity]") {
    const std::vector<Shape> shapes{{20, 30}, {200, 20}, {200, 200}, {10, 200}};  // 600, 4000, 40000, 2000
    for (const double density : {0.03, 0.1, 0.2, 0.5, 0.9, 1.0}) {
        const auto d = uniform_plus_densities(shapes, density);
        CHECK(d[0] == 1.0);
        CHECK(d[3] == std::max(0.2, density));
        CHECK(d[1] == d[2]);
        CHECK(d[1] > 0.0);
        CHECK(total(shapes, d) == Approx(density * 46600));
    }
    // (600 + 0.2 * 2000) / 46600 = 0.021459
    CHECK_THROWS_WITH(uniform_plus_densities(shapes, 0.02), Contains("no density of 0.02") && Contains("is 0.0215"));
    CHECK_NOTHROW(uniform_plus_densities(shapes, 0.0215));
    // Above 0.2 the last layer's share grows too: 235200 / (266200 - 1000) = 0.886878
    CHECK_THROWS_WITH(uniform_plus_densities(lenet, 0.5), Contains("is 0.8869"));
    CHECK_NOTHROW(uniform_plus_densities(lenet, 0.8869));
    CHECK_THROWS_WITH(uniform_plus_densities(lenet, 0.8868), Contains("is 0.8869"));
    CHECK_THROWS_WITH(uniform_plus_densities(std::vector<Shape>{{3, 4}, {2, 3}}, 0.5), Contains("three layers"));
}

TEST_CASE("erk_plus: the last layer dense within the budget, erk for the others", "[sparsity]") {
    for (const double density : {0.02, 0.1, 0.5, 1.0}) {
        const auto d = erk_plus_densities(lenet, density);
        CHECK(d.back() == 1.0);
        CHECK(total(lenet, d) == Approx(density * 266200));
    }
    const double rest = (0.05 * 266200 - 1000) / 265200;
    const auto others = erk_densities(std::span(lenet).first(2), rest);
    const auto d = erk_plus_densities(lenet, 0.05);
    CHECK(d[0] == Approx(others[0]));
    CHECK(d[1] == Approx(others[1]));
    CHECK_THROWS_WITH(erk_plus_densities(lenet, 0.003), Contains("is 0.0038"));
}

TEST_CASE("er by epsilon: in proportion to the sides, clipped at 1", "[sparsity]") {
    const auto d = er_densities_by_epsilon(std::vector<Shape>{{784, 784}, {10, 784}}, 20.0);
    CHECK(d[0] == Approx(20.0 * 1568 / 614656));
    CHECK(d[1] == 1.0);
}

}  // namespace espalier::sparsity
