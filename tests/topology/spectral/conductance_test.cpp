#include <bit>

#include <espalier/topology/graph/degree.hpp>
#include <espalier/topology/spectral/cheeger.hpp>
#include <espalier/topology/spectral/conductance.hpp>

#include "topology/graphs.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// The least over all cuts; neurons with edges at most 20.
double least_conductance(const Pattern& pattern) {
    std::vector<std::pair<unsigned, unsigned>> edges;  // bits of input and output
    for (unsigned output = 0; output < pattern.rows(); ++output) {
        for (const unsigned input : pattern.row(output)) {
            edges.emplace_back(1U << input, 1U << (pattern.cols() + output));
        }
    }
    double least = 2;
    const unsigned cuts = 1U << (pattern.rows() + pattern.cols());
    for (unsigned inside = 0; inside < cuts; ++inside) {
        std::size_t ends = 0;
        std::size_t severed = 0;
        for (const auto& [input, output] : edges) {
            const bool a = (inside & input) != 0;
            const bool b = (inside & output) != 0;
            ends += (a ? 1 : 0) + (b ? 1 : 0);
            severed += a != b ? 1 : 0;
        }
        const std::size_t fewer = std::min(ends, 2 * edges.size() - ends);
        if (fewer > 0) least = std::min(least, double(severed) / double(fewer));
    }
    return least;
}

}  // namespace

TEST_CASE("conductance: two blocks and the edge between them", "[topology][spectra]") {
    //        inputs 0 1 2 3
    // output 0:     x x . .
    // output 1:     x x x .     the edge from input 2 to output 1 is cut
    // output 2:     . . x x
    // output 3:     . . x x
    const SweepCut cut = sweep_cut(pattern({{1, 1, 0, 0}, {1, 1, 1, 0}, {0, 0, 1, 1}, {0, 0, 1, 1}}));
    CHECK(cut.edges_cut == 1);
    CHECK(cut.conductance == Approx(1.0 / 9));
    CHECK(cut.inputs == 2);
    CHECK(cut.outputs == 2);
}

TEST_CASE("conductance: Cheeger's inequality, against all cuts", "[topology][spectra]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(60, 6)) {
        for (const Pattern& p : {a, b}) {
            if (p.edges() == 0) continue;
            const double least = least_conductance(p);
            const double found = sweep_cut(p).conductance;
            const MetricValue bounds = cheeger_metric(layer("l", p));
            INFO(p.shape_text() << ", " << p.edges() << " edges");
            CHECK(least <= found + 1e-12);
            CHECK(bounds.find("lower")->number() <= least + 1e-9);
            CHECK(found <= bounds.find("upper")->number() + 1e-6);
        }
    }
}

TEST_CASE("conductance: 0 for disconnected layers", "[topology][spectra]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int k = 0; k < 20; ++k) {
        std::vector<Pattern> parts(2 + k % 3, Pattern::full(2, 3));
        parts.push_back(random_regular(3, 12, stream));
        const SweepCut cut = sweep_cut(blocks(parts));
        CHECK(cut.edges_cut == 0);
        CHECK(cut.conductance == 0);
        CHECK(cut.inputs + cut.outputs > 0);
    }
}

TEST_CASE("conductance: a single edge, and no edge", "[topology][spectra]") {
    const SweepCut cut = sweep_cut(pattern({{1}}));
    CHECK(cut.conductance == 1);
    CHECK(cut.edges_cut == 1);
    CHECK(conductance_metric(layer("l", Pattern::empty(2, 2))).reason() == "no edges");
    CHECK(conductance_metric(layer("l", pattern({{1}}))).find("value")->number() == 1);
}

}  // namespace espalier::topology
