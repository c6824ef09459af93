#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/sparsity/distribution.hpp>

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
    // methods.md 2.4
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
    const auto folder = reference_folder();
    if (!folder) return skip("no reference folder (ESPALIER_REFERENCE)");
    const auto reference = nlohmann::json::parse(std::ifstream(*folder / "erk.json"));
    int compared = 0;
    for (const auto& [network, by_density] : reference["allocations"].items()) {
        std::vector<Shape> shapes;
        for (const auto& layer : reference["shapes"][network]) shapes.push_back(layer["shape"].get<Shape>());
        for (const auto& [text, kinds] : by_density.items()) {
            const double density = std::stod(text);
            const auto compare = [&](const char* kind, const std::vector<double>& ours) {
                INFO(network << " " << text << " " << kind);
                const auto& theirs = kinds[kind]["densities"];
                REQUIRE(theirs.size() == ours.size());
                for (std::size_t l = 0; l < ours.size(); ++l)
                    CHECK(ours[l] == Approx(theirs[l].get<double>()).epsilon(1e-12));
                ++compared;
            };
            compare("ERK", erk_densities(shapes, density));
            compare("ERK_power_0.5", erk_densities(shapes, density, 0.5));
            compare("ER", er_densities(shapes, density));
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

TEST_CASE("er by epsilon: in proportion to the sides, clipped at 1", "[sparsity]") {
    const auto d = er_densities_by_epsilon(std::vector<Shape>{{784, 784}, {10, 784}}, 20.0);
    CHECK(d[0] == Approx(20.0 * 1568 / 614656));
    CHECK(d[1] == 1.0);
}

}  // namespace espalier::sparsity
