#include <algorithm>
#include <map>

#include <espalier/sparsity/rules.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("grow random: absent positions only, each equally likely", "[sparsity]") {
    const Pattern kept = pattern({{1, 0, 0, 1}, {0, 1, 1, 0}});  // absent: 1 2 4 7
    std::map<std::uint64_t, int> seen;
    for (std::uint64_t step = 0; step < 8000; ++step) {
        const auto chosen = grow_random().choose({kept, {}, Stream(1, Purpose::growth, 0, step)}, 2);
        CHECK(chosen.size() == 2);
        for (const std::uint64_t position : chosen) ++seen[position];
    }
    CHECK(seen.size() == 4);
    for (const std::uint64_t position : {1, 2, 4, 7}) CHECK(seen[position] == Approx(4000).margin(180));
}

TEST_CASE("grow random: all that is absent, when all is asked for", "[sparsity]") {
    INFO(seed_text());
    for (const auto& [kept, unused] : random_pattern_pairs(50, 12)) {
        const auto chosen = grow_random().choose({kept, {}, test_stream()}, kept.positions() - kept.edges());
        std::vector<std::uint64_t> together = kept.flat();
        together.insert(together.end(), chosen.begin(), chosen.end());
        std::ranges::sort(together);
        CHECK(Pattern::from_flat(kept.rows(), kept.cols(), together).edges() == kept.positions());
    }
}

}  // namespace espalier::sparsity
