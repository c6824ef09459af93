#include <espalier/topology/structure/k_core.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// For each k, neurons with fewer than k neighbours are removed until there are none.
std::vector<std::uint32_t> cores_by_peeling(const Pattern& p) {
    const std::size_t inputs = p.cols();
    std::vector<std::uint32_t> cores(inputs + p.rows(), 0);
    for (std::uint32_t k = 1; k <= p.rows() + p.cols(); ++k) {
        std::vector<bool> alive(cores.size(), true);
        for (bool changed = true; changed;) {
            changed = false;
            std::vector<std::uint32_t> degree(cores.size(), 0);
            for (std::size_t row = 0; row < p.rows(); ++row) {
                for (const std::uint32_t col : p.row(row)) {
                    if (!alive[col] || !alive[inputs + row]) continue;
                    ++degree[col];
                    ++degree[inputs + row];
                }
            }
            for (std::size_t v = 0; v < cores.size(); ++v) {
                if (!alive[v] || degree[v] >= k) continue;
                alive[v] = false;
                changed = true;
            }
        }
        for (std::size_t v = 0; v < cores.size(); ++v) {
            if (alive[v]) cores[v] = k;
        }
    }
    return cores;
}

}  // namespace

TEST_CASE("k-core: a square with a tail", "[topology][k_core]") {
    //        inputs 0 1 2 3
    // output 0:     x x . .      inputs 0, 1 and outputs 0, 1: everyone has two neighbours
    // output 1:     x x x .      input 2 hangs on output 1; input 3 is alone
    const Pattern p = pattern({{1, 1, 0, 0}, {1, 1, 1, 0}});
    CHECK(core_numbers(p) == std::vector<std::uint32_t>{2, 2, 1, 0, 2, 2});
    const MetricValue value = k_core_metric(layer("l", p));
    CHECK(value.find("max")->number() == 2);
    CHECK(value.find("mean")->number() == 1.5);
    CHECK(value.find("histogram")->list() == std::vector<double>{1, 1, 4});
}

TEST_CASE("k-core: agrees with peeling", "[topology][k_core]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(100, 15)) CHECK(core_numbers(a) == cores_by_peeling(a));
}

TEST_CASE("k-core: complete, empty, nothing", "[topology][k_core]") {
    CHECK(k_core_metric(layer("l", Pattern::full(3, 5))).find("max")->number() == 3);
    CHECK(k_core_metric(layer("l", pattern({{0, 0}}))).find("max")->number() == 0);
    CHECK(core_numbers(Pattern()).empty());
    CHECK(k_core_metric(layer("l", Pattern())).reason() == "no neurons");
}

}  // namespace espalier::topology
