#include <set>

#include <espalier/sparsity/masks/random_mask.hpp>
#include <espalier/sparsity/rules/rules.hpp>
#include <espalier/sparsity/update/exploration.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

constexpr std::size_t plenty = 1U << 20;  // weight bytes that allow a bitset

}  // namespace

TEST_CASE("exploration: bitset and sorted set both count the union exactly", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const std::size_t weight_bytes : {plenty, std::size_t{0}}) {
        ExploredPositions explored(40 * 50, weight_bytes);
        std::set<std::uint64_t> expected;
        for (int k = 0; k < 60; ++k) {
            const Pattern mask = random_pattern(40, 50, 0.02, stream);
            explored.add(mask);
            for (const std::uint64_t position : mask.flat()) expected.insert(position);
            CHECK(explored.count() == expected.size());
        }
    }
}

TEST_CASE("exploration: a small sorted set counts what comes again once", "[sparsity]") {
    ExploredPositions explored(6400, 0);
    explored.add(Pattern::from_flat(80, 80, std::vector<std::uint64_t>{3, 100, 6399}));
    explored.add(Pattern::from_flat(80, 80, std::vector<std::uint64_t>{0, 3, 6399}));
    CHECK(explored.bytes() == 4 * 8);  // no bitset
    CHECK(explored.count() == 4);
    CHECK(explored.mask(80, 80).flat() == std::vector<std::uint64_t>{0, 3, 100, 6399});
}

TEST_CASE("exploration: the sorted set becomes a bitset when it would be larger", "[sparsity]") {
    INFO(seed_text());
    ExploredPositions explored(6400, 0);  // as bits: 800 bytes; as a set: 8 bytes per position
    explored.add(random_mask(80, 80, 50, test_stream(1)));
    CHECK(explored.bytes() == 400);
    explored.add(random_mask(80, 80, 500, test_stream(2)));
    CHECK(explored.bytes() == 800);
}

TEST_CASE("exploration: a layer that is too large pays nothing, and has a count while its mask stays", "[sparsity]") {
    INFO(seed_text());
    ExploredPositions limited(6400, 0, 300);
    limited.add(random_mask(80, 80, 50, test_stream(1)));
    CHECK(limited.count() == 50);
    CHECK(limited.bytes() == 0);
    ExploredPositions resumed(6400, 0, 300);
    resumed.restore(limited.state());
    CHECK(resumed.count() == 50);
    limited.add(random_mask(80, 80, 50, test_stream(2)));
    CHECK_FALSE(limited.count().has_value());
    CHECK(limited.bytes() == 0);
    CHECK_THAT(limited.reason(), Contains("MiB"));
    CHECK_FALSE(exploration_rate({resumed, limited}).has_value());
}

TEST_CASE("exploration: the default limit is half of what the layer costs, between 64 and 256 MiB", "[sparsity]") {
    CHECK(ExploredPositions::default_limit_bytes(0) == std::size_t{64} << 20);
    CHECK(ExploredPositions::default_limit_bytes(std::size_t{200} << 20) == std::size_t{100} << 20);
    CHECK(ExploredPositions::default_limit_bytes(std::size_t{4} << 30) == std::size_t{256} << 20);
}

TEST_CASE("exploration: a dense layer has seen everything and costs nothing", "[sparsity]") {
    ExploredPositions explored(600, 0);
    explored.add(Pattern::full(20, 30));
    CHECK(explored.count() == 600);
    CHECK(explored.bytes() == 0);
    CHECK(exploration_rate({explored}) == 1.0);
}

TEST_CASE("exploration: random growth follows the expected rate", "[sparsity]") {
    // definitions.md 3.10: D = 0.1, f = 0.5 constant, 50 updates: 0.939718 for exact counts among all absent
    const std::size_t rows = 300, cols = 400;
    Pattern mask = random_mask(rows, cols, rows * cols / 10, Stream(1, Purpose::mask_init));
    ExploredPositions explored(rows * cols, plenty);
    explored.add(mask);
    for (std::uint64_t update = 1; update <= 50; ++update) {
        const auto flat = mask.flat();
        std::vector<std::uint64_t> stay;
        random_subset(flat.size(), flat.size() - flat.size() / 2, Stream(1, Purpose::test, 0, update))
            .for_each(0, flat.size(), [&](std::uint64_t k) { stay.push_back(flat[k]); });
        const Pattern kept = Pattern::from_flat(rows, cols, stay);
        mask = disjoint_union(
            kept, grow_random().choose({kept, kept, {}, Stream(1, Purpose::growth, 0, update)}, flat.size() / 2));
        explored.add(mask);
    }
    CHECK(*exploration_rate({explored}) == Approx(0.939718).margin(0.01));
}

TEST_CASE("exploration: state survives a round trip", "[sparsity]") {
    ExploredPositions a(6400, 0), b(6400, 0);
    a.add(random_mask(80, 80, 50, test_stream(1)));
    b.restore(a.state());
    const Pattern next = random_mask(80, 80, 300, test_stream(2));
    a.add(next);
    b.add(next);
    CHECK(a.count() == b.count());
    CHECK(a.bytes() == b.bytes());
}

}  // namespace espalier::sparsity
