#include <cmath>

#include <espalier/topology/distance/degree_distance.hpp>

#include "topology/distance_battery.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// By the definition: what is moved between the histograms, cumulated from degree to degree, in shares of neurons and
/// of the largest degree.
double moved_earth(const std::vector<std::vector<int>>& a, const std::vector<std::vector<int>>& b) {
    if (a.empty() || a.front().empty()) return 0.0;
    const std::size_t possible = a.front().size();
    std::vector<double> surplus(possible + 1, 0.0);
    const auto add = [&](const std::vector<std::vector<int>>& rows, double sign) {
        for (const auto& row : rows) {
            std::size_t degree = 0;
            for (const int edge : row) degree += edge == 1 ? 1 : 0;
            surplus[degree] += sign / static_cast<double>(rows.size());
        }
    };
    add(a, 1);
    add(b, -1);
    double earth = 0;
    double carried = 0;
    for (const double one : surplus) {
        carried += one;
        earth += std::abs(carried) / static_cast<double>(possible);
    }
    return earth;
}

}  // namespace

TEST_CASE("degree distance: one edge more", "[topology][degree_distance]") {
    //        inputs 0 1          0 1
    // output 0:     x .          x .       outputs: degrees 1 1 against 1 2, one step of 2 for one of two neurons: 1/4
    // output 1:     . x          x x       inputs: the same: 1/4
    CHECK(degree_distance(pattern({{1, 0}, {0, 1}}), pattern({{1, 0}, {1, 1}})) == 0.25);
    CHECK(degree_distance(Pattern::empty(3, 5), Pattern::full(3, 5)) == 1);
}

TEST_CASE("degree distance: agrees with histograms", "[topology][degree_distance]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(200, 30)) {
        const double outputs = moved_earth(dense(a), dense(b));
        const double inputs = moved_earth(dense(a.transposed()), dense(b.transposed()));
        CHECK(degree_distance(a, b) == Approx((inputs + outputs) / 2).margin(1e-12));
        CHECK(degree_distance(a, b) >= std::abs(a.density() - b.density()) - 1e-12);
    }
}

TEST_CASE("degree distance: identity, symmetry, triangle; blind to numbers", "[topology][degree_distance]") {
    INFO(seed_text());
    check_distance(degree_distance);
    check_triangle(degree_distance);
    Stream stream = test_stream();
    const Pattern a = random_pattern(20, 30, 0.3, stream);
    const auto outputs = random_permutation(20, stream);
    const auto inputs = random_permutation(30, stream);
    CHECK(degree_distance(a, renumbered(a, outputs, inputs)) == 0);
}

}  // namespace espalier::topology
