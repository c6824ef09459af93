// Planted permutations: a network whose hidden units changed places is to come back, each of 100 times. Plain
// coordinate descent from the identity, as usual codes do it, comes back less often, as comments say.
#include <espalier/topology/alignment/weight_matching.hpp>

#include "dense_forward.hpp"
#include "hidden_networks.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

struct Planted {
    StoredNetwork reference;
    StoredNetwork moved;

    Planted(const HiddenNetwork& what, std::uint32_t trial) {
        Stream stream = test_stream(trial);
        reference = hidden_network(what, stream);
        moved = permuted(reference, random_permutations(reference, stream));
    }

    /// Half way to the aligned network the logits are the reference's: what is still exchanged are units that nothing
    /// tells apart, or that nothing depends on.
    bool comes_back(const AlignmentOptions& options) const {
        Stream stream = test_stream(1);
        const StoredNetwork back = aligned(reference, moved, options);
        return logit_difference(reference, midpoint(reference, back), stream) < 1e-6;
    }
};

int times_back(const HiddenNetwork& what, const AlignmentOptions& options = {}) {
    int count = 0;
    for (std::uint32_t trial = 0; trial < 100; ++trial) count += Planted(what, trial).comes_back(options) ? 1 : 0;
    return count;
}

}  // namespace

// The numbers in comments: how often plain descent from the identity alone comes back.

TEST_CASE("planted permutations: wide and sparse", "[topology][alignment]") {
    INFO(seed_text());
    CHECK(times_back({.widths = {100, 300, 300, 300, 10}, .density = 0.05}) == 100);  // 100
}

TEST_CASE("planted permutations: five hidden layers", "[topology][alignment]") {
    INFO(seed_text());
    CHECK(times_back({.widths = {64, 100, 100, 100, 100, 100, 10}, .density = 0.1, .with_srelu = true}) == 100);  // 100
    CHECK(times_back({.widths = {100, 200, 200, 200, 200, 200, 10}, .density = 0.02, .with_biases = false}) ==
          100);  // 91
}

TEST_CASE("planted permutations: one weight in fifty", "[topology][alignment]") {
    INFO(seed_text());
    CHECK(times_back({.widths = {100, 200, 200, 10}, .density = 0.02}) == 100);                 // 68
    CHECK(times_back({.widths = {100, 200, 10}, .density = 0.02, .with_srelu = true}) == 100);  // 100
}

TEST_CASE("planted permutations: dense, wide and narrow", "[topology][alignment]") {
    INFO(seed_text());
    CHECK(times_back({.widths = {50, 60, 60, 10}, .density = 1.0}) == 100);     // 100
    CHECK(times_back({.widths = {10, 5, 5, 5, 5, 3}, .density = 1.0}) == 100);  // 85
}

TEST_CASE("planted permutations: layers of very different scales", "[topology][alignment]") {
    INFO(seed_text());
    const std::vector<std::size_t> widths = {60, 80, 80, 80, 10};
    CHECK(times_back({.widths = widths, .density = 0.1, .scales = {0.001, 1, 100, 10}}) == 100);  // 1
    CHECK(times_back({.widths = widths, .density = 0.1, .with_biases = false, .scales = {1e3, 1, 1e-2, 1e-3}}) ==
          100);  // 100
}

TEST_CASE("planted permutations: units without inputs, and twins", "[topology][alignment]") {
    INFO(seed_text());
    const std::vector<std::size_t> widths = {60, 80, 80, 80, 10};
    // Behind SReLU such units are constants, and their weights matter; behind ReLU without a bias they do not.
    CHECK(times_back(
              {.widths = widths, .density = 0.05, .with_biases = false, .with_srelu = true, .without_inputs = 0.3}) ==
          100);                                                                                                 // 91
    CHECK(times_back({.widths = widths, .density = 0.1, .with_biases = false, .without_inputs = 0.2}) == 100);  // 100
    CHECK(times_back({.widths = widths, .density = 0.1, .with_biases = false, .twins = 0.2}) == 100);           // 100
}

TEST_CASE("planted permutations: all weights equal, so that only the surroundings tell units apart",
          "[topology][alignment]") {
    INFO(seed_text());
    CHECK(times_back({.widths = {60, 80, 80, 80, 10}, .density = 0.03, .with_biases = false, .levels = 1}) ==
          100);                                                                                                 // 97
    CHECK(times_back({.widths = {5, 200, 100, 3}, .density = 0.3, .with_biases = false, .levels = 1}) == 100);  // 0
}

TEST_CASE("planted permutations: where all weights differ, every weight comes back", "[topology][alignment]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 20; ++trial) {
        const Planted planted({.widths = {30, 60, 60, 60, 5}, .density = 0.1, .with_srelu = true}, trial);
        const StoredNetwork back = aligned(planted.reference, planted.moved);
        for (std::size_t l = 0; l < back.topology.layers.size(); ++l) {
            CHECK(back.topology.layers[l].pattern == planted.reference.topology.layers[l].pattern);
            CHECK(back.topology.layers[l].values == planted.reference.topology.layers[l].values);
        }
        for (std::size_t k = 0; k < back.parameters.size(); ++k) {
            CHECK(back.parameters[k].values == planted.reference.parameters[k].values);
        }
    }
}

TEST_CASE("planted permutations: found under noise", "[topology][alignment]") {
    INFO(seed_text());
    int found = 0;
    for (std::uint32_t trial = 0; trial < 100; ++trial) {
        const Planted planted({.widths = {64, 100, 100, 100, 10}, .density = 0.1}, trial);
        Stream stream = test_stream(trial + 1000);
        const StoredNetwork noisy = with_noise(planted.reference, 0.3, stream);
        const Permutations hidden = random_permutations(noisy, stream);
        const Alignment alignment = align(planted.reference, permuted(noisy, hidden));
        found += composed(hidden, alignment.permutations) == identity_permutations(unit_groups(noisy)) ? 1 : 0;
    }
    CHECK(found >= 98);
}

TEST_CASE("planted permutations: the aligned network does not depend on how units were numbered",
          "[topology][alignment]") {
    INFO(seed_text());
    const AlignmentOptions options{
        .starts = {AlignmentStart::forward, AlignmentStart::backward, AlignmentStart::states}};
    for (std::uint32_t trial = 0; trial < 20; ++trial) {
        Stream stream = test_stream(trial);
        const HiddenNetwork what{.widths = {30, 50, 50, 5}, .density = 0.2};
        const StoredNetwork reference = hidden_network(what, stream);
        const StoredNetwork other = hidden_network(what, stream);  // no relation of the two
        const StoredNetwork renumbered = permuted(other, random_permutations(other, stream));
        const StoredNetwork first = aligned(reference, other, options);
        const StoredNetwork second = aligned(reference, renumbered, options);
        for (std::size_t l = 0; l < first.topology.layers.size(); ++l) {
            CHECK(first.topology.layers[l].values == second.topology.layers[l].values);
        }
    }
}

}  // namespace espalier::topology
