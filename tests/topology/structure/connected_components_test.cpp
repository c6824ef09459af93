#include <functional>
#include <set>

#include <espalier/topology/structure/connected_components.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// Labels spread along edges until nothing changes.
std::size_t components_by_spreading(const Pattern& p) {
    std::vector<std::size_t> label(p.rows() + p.cols());
    std::iota(label.begin(), label.end(), std::size_t{0});
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t row = 0; row < p.rows(); ++row) {
            for (const std::uint32_t col : p.row(row)) {
                const std::size_t low = std::min(label[row], label[p.rows() + col]);
                changed = changed || label[row] != low || label[p.rows() + col] != low;
                label[row] = label[p.rows() + col] = low;
            }
        }
    }
    std::set<std::size_t> with_edges;
    for (std::size_t row = 0; row < p.rows(); ++row) {
        if (!p.row(row).empty()) with_edges.insert(label[row]);
    }
    return with_edges.size();
}

/// Rows without any edge.
std::size_t dead(const Pattern& p) {
    std::size_t count = 0;
    for (std::size_t row = 0; row < p.rows(); ++row) count += p.row(row).empty() ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("connected components: two of them and three dead neurons", "[topology][connected_components]") {
    //        inputs 0 1 2 3 4
    // output 0:     x x . . .      {in 0, in 1, out 0, out 1}
    // output 1:     . x . . .
    // output 2:     . . . x .      {in 3, out 2}
    // output 3:     . . . . .      dead: in 2, in 4, out 3
    const Pattern p = pattern({{1, 1, 0, 0, 0}, {0, 1, 0, 0, 0}, {0, 0, 0, 1, 0}, {0, 0, 0, 0, 0}});
    CHECK(connected_components(p) == 2);
    CHECK(component_sizes(p) == std::vector<std::uint64_t>{4, 2});
    const MetricValue value = components_metric(layer("l", p));
    CHECK(value.find("count")->number() == 2);
    CHECK(value.find("largest")->number() == 4);
    CHECK(value.find("giant_fraction")->number() == Approx(4.0 / 9.0));
    CHECK(value.find("isolated")->number() == 3);
    CHECK(value.find("sizes")->list() == std::vector<double>{4, 2});
}

TEST_CASE("connected components: agree with labels that spread", "[topology][connected_components]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 200; ++trial) {
        Stream stream = test_stream(trial);
        const std::size_t rows = 1 + stream.below(30);
        const std::size_t cols = 1 + stream.below(30);
        const Pattern p = random_pattern(rows, cols, 0.05, stream);
        CHECK(connected_components(p) == components_by_spreading(p));
        const auto sizes = component_sizes(p);
        const auto in = dead(p.transposed());
        CHECK(std::accumulate(sizes.begin(), sizes.end(), dead(p) + in) == p.rows() + p.cols());
    }
}

TEST_CASE("connected components: none, one, and a path too long for recursion", "[topology][connected_components]") {
    CHECK(connected_components(Pattern()) == 0);
    CHECK(components_metric(layer("l", Pattern())).reason() == "no neurons");
    CHECK(components_metric(layer("l", pattern({{0, 0}}))).find("giant_fraction")->number() == 0);
    CHECK(components_metric(layer("l", Pattern::full(4, 5))).find("giant_fraction")->number() == 1);
    CHECK(connected_components(Pattern::full(4, 5)) == 1);
    CHECK(connected_components(pattern({{0, 0}, {0, 0}})) == 0);
    const std::size_t length = 200'000;
    std::vector<std::uint64_t> flat;
    for (std::uint64_t k = 0; k < length; ++k) {
        flat.push_back(k * length + k);
        if (k + 1 < length) flat.push_back(k * length + k + 1);
    }
    CHECK(connected_components(Pattern::from_flat(length, length, flat)) == 1);
}

}  // namespace espalier::topology
