#include <algorithm>
#include <functional>
#include <map>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/sparsity/masks/random_subset.hpp>
#include <espalier/sparsity/masks/subset_by_runs.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

constexpr std::uint64_t no_end = ~std::uint64_t{0};

std::vector<std::uint64_t> members(const Subset& subset) {
    std::vector<std::uint64_t> all;
    subset.for_each(0, no_end, [&](std::uint64_t member) { all.push_back(member); });
    return all;
}

using Choose = std::function<Subset(std::uint64_t, std::uint64_t, const Stream&)>;

}  // namespace

TEST_CASE("random subset: exact size, ascending, inside, for every count", "[sparsity]") {
    for (const std::uint64_t total : {1, 40, 2000}) {
        for (std::uint64_t count = 0; count <= std::min<std::uint64_t>(total, 100); ++count) {
            for (const Choose& choose : {Choose(random_subset), Choose(subset_by_runs)}) {
                const Subset subset = choose(total, count, Stream(count, Purpose::mask_init));
                const auto all = members(subset);
                CHECK(subset.size() == count);
                CHECK(all.size() == count);
                CHECK(std::ranges::adjacent_find(all, std::greater_equal<>()) == all.end());
                CHECK((all.empty() || all.back() < total));
            }
        }
    }
    CHECK_THROWS_AS(random_subset(3, 4, Stream(1, Purpose::mask_init)), ConfigError);
}

TEST_CASE("random subset: parts of it and counts of it agree with the list of its members", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream(1);
    for (const std::uint64_t total : {3000ULL, 1000000ULL, 20000000000000ULL}) {
        const Subset subset = random_subset(total, 700, test_stream());
        const auto all = members(subset);
        for (int k = 0; k < 100; ++k) {
            const std::uint64_t first = stream.below(total);
            const std::uint64_t end = first + stream.below(total - first + 1);
            const auto from = std::ranges::lower_bound(all, first);
            const auto to = std::ranges::lower_bound(all, end);
            std::vector<std::uint64_t> part;
            subset.for_each(first, end, [&](std::uint64_t member) { part.push_back(member); });
            CHECK((part == std::vector<std::uint64_t>(from, to)));
            CHECK(subset.count_below(first) == static_cast<std::size_t>(from - all.begin()));
        }
    }
}

TEST_CASE("random subset: every subset is equally likely", "[sparsity]") {
    for (const Choose& choose : {Choose(random_subset), Choose(subset_by_runs)}) {
        for (const std::uint64_t size : {2, 3}) {  // below and above one half of 5; 10 subsets each
            std::map<std::vector<std::uint64_t>, int> seen;
            for (std::uint64_t k = 0; k < 20000; ++k) {
                ++seen[members(choose(5, size, Stream(9, Purpose::mask_init, 0, k)))];
            }
            CHECK(seen.size() == 10);
            for (const auto& [subset, times] : seen) {
                CHECK(times == Approx(2000).margin(190));  // over four standard deviations
            }
        }
    }
}

TEST_CASE("random subset: members spread evenly over a large range, chi-square", "[sparsity]") {
    INFO(seed_text());
    constexpr std::size_t cells = 1000;
    for (const std::uint64_t total : {std::uint64_t{2000000}, std::uint64_t{1} << 37, std::uint64_t{1} << 45}) {
        const std::uint64_t count = 200000;
        const Subset subset = random_subset(total, count, test_stream());
        double chi_square = 0.0;
        for (std::size_t cell = 0; cell < cells; ++cell) {
            const std::size_t in_cell =
                subset.count_below(total / cells * (cell + 1)) - subset.count_below(total / cells * cell);
            const double expected = static_cast<double>(count) / cells;
            chi_square +=
                (static_cast<double>(in_cell) - expected) * (static_cast<double>(in_cell) - expected) / expected;
        }
        // 999 degrees of freedom: mean 999, standard deviation 45; less for the first, without replacement from ten
        // times as many.
        CHECK(chi_square > 700);
        CHECK(chi_square < 1250);
    }
}

TEST_CASE("random subset: the same for any number of threads", "[sparsity]") {
    INFO(seed_text());
    for (const std::uint64_t total : {std::uint64_t{300000}, std::uint64_t{3000000}, std::uint64_t{1} << 40}) {
        const auto alone = members(random_subset(total, 90000, test_stream()));
        for (const int count : {2, 3, 4}) {
            set_threads(count);
            CHECK((members(random_subset(total, 90000, test_stream())) == alone));
        }
        set_threads(1);
    }
}

}  // namespace espalier::sparsity
