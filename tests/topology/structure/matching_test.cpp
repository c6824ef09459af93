#include <functional>
#include <set>

#include <espalier/topology/structure/matching.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// One augmenting path after the other, as long as there is any.
std::size_t size_by_single_paths(const Pattern& p) {
    std::vector<std::size_t> taken(p.cols(), p.rows());
    std::size_t size = 0;
    for (std::size_t output = 0; output < p.rows(); ++output) {
        std::vector<bool> seen(p.cols(), false);
        const std::function<bool(std::size_t)> place = [&](std::size_t row) {
            for (const std::uint32_t input : p.row(row)) {
                if (seen[input]) continue;
                seen[input] = true;
                if (taken[input] != p.rows() && !place(taken[input])) continue;
                taken[input] = row;
                return true;
            }
            return false;
        };
        size += place(output) ? 1 : 0;
    }
    return size;
}

void check_valid(const Pattern& p, const Matching& matching) {
    std::set<std::uint32_t> inputs;
    for (std::size_t output = 0; output < p.rows(); ++output) {
        const std::uint32_t input = matching.partner_of_output[output];
        if (input == Matching::nobody) continue;
        CHECK(p.contains(output, input));
        CHECK(inputs.insert(input).second);
    }
    CHECK(inputs.size() == matching.size);
}

}  // namespace

TEST_CASE("matching: two outputs want one input", "[topology][matching]") {
    //        inputs 0 1 2 3
    // output 0:     x . . .
    // output 1:     x . . .
    // output 2:     x x x .
    const Layer drawn = layer("l", pattern({{1, 0, 0, 0}, {1, 0, 0, 0}, {1, 1, 1, 0}}));
    const MetricValue value = matching_metric(drawn);
    CHECK(value.find("size")->number() == 2);
    CHECK(value.find("inputs_share")->number() == 0.5);
    CHECK(value.find("outputs_share")->number() == Approx(2.0 / 3.0));
}

TEST_CASE("matching: agrees with single augmenting paths", "[topology][matching]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(200, 25)) {
        const Matching matching = maximum_matching(a);
        check_valid(a, matching);
        CHECK(matching.size == size_by_single_paths(a));
        CHECK(maximum_matching(a.transposed()).size == matching.size);
    }
    for (std::uint32_t trial = 0; trial < 100;
         ++trial) {  // about one edge a neuron: greedy falls short, paths are long
        Stream stream = test_stream(trial);
        const Pattern p = random_pattern(80, 80, 0.02 + 0.0002 * trial, stream);
        const Matching matching = maximum_matching(p);
        check_valid(p, matching);
        CHECK(matching.size == size_by_single_paths(p));
    }
}

TEST_CASE("matching: complete, empty, and a path too long for recursion", "[topology][matching]") {
    CHECK(maximum_matching(Pattern::full(30, 20)).size == 20);
    CHECK(maximum_matching(pattern({{0, 0}})).size == 0);
    CHECK(matching_metric(layer("l", Pattern())).find("inputs_share")->reason() == "no neurons on this side");
    const std::size_t length = 100'000;  // output k reads inputs k and k + 1: perfect for outputs
    std::vector<std::uint64_t> flat;
    for (std::uint64_t k = 0; k < length; ++k) {
        flat.push_back(k * (length + 1) + k);
        flat.push_back(k * (length + 1) + k + 1);
    }
    CHECK(maximum_matching(Pattern::from_flat(length, length + 1, flat)).size == length);
}

}  // namespace espalier::topology
