#include <cmath>

#include <espalier/topology/generators/ramanujan.hpp>
#include <espalier/topology/generators/ramanujan_lift.hpp>
#include <espalier/topology/spectral/leading_singular_values.hpp>
#include <espalier/topology/spectral/singular_values.hpp>

#include "topology/generator_battery.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("ramanujan_lift: counts, seeds, threads, bad input", "[topology][generators]") {
    check_generator(ramanujan_lift);
}

TEST_CASE("ramanujan_lift: an edge becomes a parallel or a crossed pair", "[topology][generators]") {
    const std::vector<double> signs{1, -1, -1};
    CHECK(two_lift(pattern({{1, 1}, {0, 1}}), signs) ==
          pattern({{1, 0, 0, 1}, {0, 0, 0, 1}, {0, 1, 1, 0}, {0, 1, 0, 0}}));
}

TEST_CASE("ramanujan_lift: a lift has the old spectrum and that of the signs", "[topology][generators]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Pattern base = random_pattern(7, 9, 0.5, stream);
    std::vector<double> signs(base.edges());
    for (double& sign : signs) sign = stream.below(2) == 0 ? 1.0 : -1.0;
    std::vector<double> expected = singular_values(base);
    for (const double value : singular_values(base, signs)) expected.push_back(value);
    std::ranges::sort(expected, std::greater<>());
    const std::vector<double> lifted = singular_values(two_lift(base, signs));
    REQUIRE(lifted.size() == expected.size());
    for (std::size_t k = 0; k < lifted.size(); ++k) CHECK(lifted[k] == Approx(expected[k]).margin(1e-12));
}

TEST_CASE("ramanujan_lift: where all is a power of two nothing is cut, and the bound is met",
          "[topology][generators]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const auto& [rows, cols, edges] :
         {std::array<std::size_t, 3>{64, 64, 512}, {64, 128, 1024}, {256, 256, 2048}, {32, 128, 1024}}) {
        INFO(rows << "x" << cols << ", " << edges << " edges");
        const Pattern drawn = ramanujan_lift(rows, cols, edges, stream);
        CHECK(spread(output_degrees(drawn)) == 0);
        CHECK(spread(input_degrees(drawn)) == 0);
        CHECK(ramanujan_gap(drawn) >= 0.0);
    }
}

TEST_CASE("ramanujan_lift: cut to any shape and count it stays near the bound", "[topology][generators]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const auto& [rows, cols, edges] :
         {std::array<std::size_t, 3>{100, 300, 3000}, {300, 784, 20000}, {77, 131, 1500}, {50, 50, 2000}}) {
        INFO(rows << "x" << cols << ", " << edges << " edges");
        const Pattern drawn = ramanujan_lift(rows, cols, edges, stream);
        const double fan_in = static_cast<double>(edges) / static_cast<double>(rows);
        const double fan_out = static_cast<double>(edges) / static_cast<double>(cols);
        CHECK(ramanujan_gap(drawn) > -0.1 * (std::sqrt(fan_in - 1) + std::sqrt(fan_out - 1)));
        CHECK(spread(output_degrees(drawn)) <= 4);
        CHECK(spread(input_degrees(drawn)) <= 4);
    }
}

}  // namespace espalier::topology
