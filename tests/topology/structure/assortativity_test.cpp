#include <cmath>

#include <espalier/topology/structure/assortativity.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// Pearson's r of the two degrees of every edge, as the formula stands.
double correlation(const Pattern& p) {
    const Pattern t = p.transposed();
    std::vector<double> x;
    std::vector<double> y;
    for (std::size_t row = 0; row < p.rows(); ++row) {
        for (const std::uint32_t col : p.row(row)) {
            x.push_back(static_cast<double>(t.row(col).size()));
            y.push_back(static_cast<double>(p.row(row).size()));
        }
    }
    const auto n = static_cast<double>(x.size());
    const double mx = std::accumulate(x.begin(), x.end(), 0.0) / n;
    const double my = std::accumulate(y.begin(), y.end(), 0.0) / n;
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
        xy += (x[k] - mx) * (y[k] - my);
        xx += (x[k] - mx) * (x[k] - mx);
        yy += (y[k] - my) * (y[k] - my);
    }
    return xy / std::sqrt(xx * yy);
}

}  // namespace

TEST_CASE("assortativity: the worked example of definitions.md 6.31", "[topology][assortativity]") {
    // written with inputs as rows there
    const Pattern a = pattern({{1, 1, 0}, {0, 1, 1}, {1, 0, 1}, {0, 0, 1}}).transposed();
    const Pattern b = pattern({{1, 1, 0}, {1, 1, 0}, {1, 0, 1}, {1, 0, 1}}).transposed();
    CHECK(*assortativity(a) == Approx(-0.471405).margin(5e-7));
    CHECK_FALSE(assortativity(b).has_value());
    CHECK(assortativity_metric(layer("l", b)).reason() == "the degrees of one side are all equal");
}

TEST_CASE("assortativity: agrees with the formula, and with itself from the other side", "[topology][assortativity]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(200, 25)) {
        const auto value = assortativity(a);
        CHECK(assortativity(a.transposed()).has_value() == value.has_value());
        if (!value) continue;
        CHECK(*value == Approx(correlation(a)).margin(1e-12));
        CHECK(*value == Approx(*assortativity(a.transposed())).margin(1e-12));
        CHECK(std::abs(*value) <= 1);
    }
}

TEST_CASE("assortativity: undefined without edges and in complete graphs", "[topology][assortativity]") {
    CHECK(assortativity_metric(layer("l", Pattern())).reason() == "no edges");
    CHECK(assortativity_metric(layer("l", pattern({{0, 0}}))).reason() == "no edges");
    CHECK_FALSE(assortativity(Pattern::full(3, 4)).has_value());
}

}  // namespace espalier::topology
