#include <algorithm>
#include <map>

#include <espalier/base/error.hpp>
#include <espalier/sparsity/random_mask.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("random subset: exact size, ascending, inside, for every count", "[sparsity]") {
    for (std::uint64_t count = 0; count <= 40; ++count) {
        Stream stream(count, Purpose::mask_init);
        const auto subset = random_subset(40, count, stream);
        CHECK(subset.size() == count);
        CHECK(std::ranges::adjacent_find(subset, std::greater_equal<>()) == subset.end());
        CHECK((subset.empty() || subset.back() < 40));
    }
    Stream stream(1, Purpose::mask_init);
    CHECK_THROWS_AS(random_subset(3, 4, stream), ConfigError);
}

TEST_CASE("random subset: every subset is equally likely", "[sparsity]") {
    for (const std::uint64_t size : {2, 3}) {  // below and above one half of 5: both ways of drawing; 10 subsets each
        std::map<std::vector<std::uint64_t>, int> seen;
        Stream stream(9, Purpose::mask_init);
        for (int k = 0; k < 20000; ++k) ++seen[random_subset(5, size, stream)];
        CHECK(seen.size() == 10);
        for (const auto& [subset, times] : seen)
            CHECK(times == Approx(2000).margin(190));  // over four standard deviations
    }
}

TEST_CASE("perturbed mask: exactly the asked share moves, to positions that were absent", "[sparsity]") {
    Stream stream(1, Purpose::mask_init);
    const Pattern mask = random_mask(40, 50, 300, stream);
    for (const double share : {0.0, 0.01, 0.5, 1.0}) {
        const Pattern moved = perturbed_mask(mask, share, stream);
        std::size_t common = 0;
        for (std::size_t row = 0; row < 40; ++row) common += count_common(mask.row(row), moved.row(row));
        CHECK(moved.edges() == 300);
        CHECK(common == 300 - static_cast<std::size_t>(share * 300));
    }
    CHECK(perturbed_mask(Pattern::full(3, 4), 0.5, stream).is_full());
    CHECK(perturbed_mask(random_mask(3, 4, 11, stream), 0.9, stream).edges() == 11);  // one place is free: one moves
}

TEST_CASE("random mask: exact count; everything is a full pattern", "[sparsity]") {
    Stream stream(1, Purpose::mask_init);
    CHECK(random_mask(30, 50, 77, stream).edges() == 77);
    CHECK(random_mask(30, 50, 1500, stream).is_full());
    CHECK(random_mask(30, 50, 0, stream).edges() == 0);
}

}  // namespace espalier::sparsity
