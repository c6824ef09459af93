// Planted permutations: a network whose hidden units changed places is to come back, each of 100 times. Plain
// coordinate descent from the identity, as usual codes do it, comes back as often as the last column says.
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

TEST_CASE("planted permutations: wide and sparse", "[topology][alignment]") {
    INFO(seed_text());
    CHECK(times_back({.widths = {100, 300, 300, 300, 10}, .density = 0.05}) == 100);
}

TEST_CASE("planted permutations: five hidden layers", "[topology][alignment]") {
    INFO(seed_text());
    CHECK(times_back({.widths = {64, 100, 100, 100, 100, 100, 10}, .density = 0.1}) == 100);
}

TEST_CASE("planted permutations: one in fifty weights", "[topology][alignment]") {
    INFO(seed_text());
    CHECK(times_back({.widths = {100, 200, 200, 10}, .density = 0.02}) == 100);
}

TEST_CASE("planted permutations: dense, wide and narrow", "[topology][alignment]") {
    INFO(seed_text());
    CHECK(times_back({.widths = {50, 60, 60, 10}, .density = 1.0}) == 100);
    CHECK(times_back({.widths = {10, 5, 5, 5, 5, 3}, .density = 1.0}) == 100);
}

}  // namespace espalier::topology
