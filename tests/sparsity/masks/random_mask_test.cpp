#include <algorithm>

#include <espalier/base/threads/threads.hpp>
#include <espalier/sparsity/masks/random_mask.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

std::size_t common_edges(const Pattern& a, const Pattern& b) {
    std::size_t common = 0;
    for (std::size_t row = 0; row < a.rows(); ++row) common += count_common(a.row(row), b.row(row));
    return common;
}

}  // namespace

TEST_CASE("perturbed mask: exactly the asked share moves, to positions that were absent", "[sparsity]") {
    INFO(seed_text());
    const Pattern mask = random_mask(40, 50, 300, test_stream());
    for (const double share : {0.0, 0.01, 0.5, 1.0}) {
        const Pattern moved = perturbed_mask(mask, share, test_stream(1), test_stream(2));
        CHECK(moved.edges() == 300);
        CHECK(common_edges(mask, moved) == 300 - static_cast<std::size_t>(share * 300));
    }
    CHECK(perturbed_mask(Pattern::full(3, 4), 0.5, test_stream(1), test_stream(2)).is_full());
    const Pattern one_free = random_mask(3, 4, 11, test_stream(3));
    const Pattern moved = perturbed_mask(one_free, 0.9, test_stream(1), test_stream(2));
    CHECK(moved.edges() == 11);
    CHECK(common_edges(one_free, moved) == 10);  // one place is free: one moves
}

TEST_CASE("random mask: exact count, and everything is a full pattern", "[sparsity]") {
    INFO(seed_text());
    CHECK(random_mask(30, 50, 77, test_stream()).edges() == 77);
    CHECK(random_mask(30, 50, 1499, test_stream()).edges() == 1499);
    CHECK(random_mask(30, 50, 1500, test_stream()).is_full());
    CHECK(random_mask(30, 50, 0, test_stream()).edges() == 0);
}

TEST_CASE("random mask: layers of 10^11 positions, and wide ones that are half full", "[sparsity]") {
    INFO(seed_text());
    const Pattern large = random_mask(333334, 333334, 200000, test_stream());
    CHECK(large.edges() == 200000);
    const Pattern wide = random_mask(18, 333334, 3333520, test_stream());
    CHECK(wide.edges() == 3333520);
    for (std::size_t row = 0; row < 18; ++row) {  // hypergeometric: a standard deviation of 280
        CHECK(static_cast<double>(wide.row(row).size()) == Approx(185195.0).margin(1500));
    }
}

TEST_CASE("absent positions: the ranks' positions, by counting them one by one", "[sparsity]") {
    INFO(seed_text());
    for (const auto& [mask, unused] : random_pattern_pairs(100, 15)) {
        std::vector<std::uint64_t> absent;
        for (std::uint64_t p = 0; p < mask.positions(); ++p) {
            if (!mask.contains(p / mask.cols(), p % mask.cols())) absent.push_back(p);
        }
        const Subset ranks = random_subset(absent.size(), absent.size() / 3, test_stream());
        std::vector<std::uint64_t> expected;
        ranks.for_each(0, absent.size(), [&](std::uint64_t rank) { expected.push_back(absent[rank]); });
        CHECK((absent_positions(mask, ranks).flat() == expected));
    }
}

TEST_CASE("random mask: the same for any number of threads", "[sparsity]") {
    INFO(seed_text());
    for (const std::size_t kept : {120000, 3000000}) {  // sparse and dense ways of drawing
        const Pattern alone = random_mask(3000, 2000, kept, test_stream());
        for (const int count : {2, 4}) {
            set_threads(count);
            CHECK((random_mask(3000, 2000, kept, test_stream()) == alone));
        }
        set_threads(1);
    }
}

}  // namespace espalier::sparsity
