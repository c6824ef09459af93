#include <map>

#include <espalier/sparsity/rules/rules.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("grow random: absent positions only, each equally likely", "[sparsity]") {
    const Pattern kept = pattern({{1, 0, 0, 1}, {0, 1, 1, 0}});  // absent: 1 2 4 7
    std::map<std::uint64_t, int> seen;
    for (std::uint64_t step = 0; step < 8000; ++step) {
        const Pattern chosen = grow_random().choose({kept, kept, {}, Stream(1, Purpose::growth, 0, step)}, 2);
        CHECK(chosen.edges() == 2);
        for (const std::uint64_t position : chosen.flat()) ++seen[position];
    }
    CHECK(seen.size() == 4);
    for (const std::uint64_t position : {1, 2, 4, 7}) CHECK(seen[position] == Approx(4000).margin(180));
}

TEST_CASE("grow random: uniform over the absent positions of rows that differ, chi-square", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    // Rows from nearly empty to nearly full; 60 x 500 positions, a tenth of the absent ones grown at a time.
    std::vector<std::uint64_t> flat;
    for (std::uint64_t p = 0; p < 30000; ++p) {
        if (stream.below(60) < p / 500) flat.push_back(p);
    }
    const Pattern kept = Pattern::from_flat(60, 500, flat);
    const std::size_t absent = kept.positions() - kept.edges();
    std::vector<double> seen(kept.positions(), 0.0);
    constexpr std::uint64_t rounds = 400;
    for (std::uint64_t step = 0; step < rounds; ++step) {
        const Pattern chosen = grow_random().choose({kept, kept, {}, Stream(1, Purpose::growth, 0, step)}, absent / 10);
        for (const std::uint64_t position : chosen.flat()) seen[position] += 1.0;
    }
    const double expected = static_cast<double>(rounds * (absent / 10)) / static_cast<double>(absent);
    double chi_square = 0.0;
    for (std::uint64_t p = 0; p < kept.positions(); ++p) {
        if (kept.contains(p / 500, p % 500)) {
            CHECK(seen[p] == 0.0);
        } else {
            chi_square += (seen[p] - expected) * (seen[p] - expected) / expected;
        }
    }
    // Counts without replacement vary 0.9 times as much as Poisson's; over 14000 degrees of freedom, 1.2 % deviation.
    CHECK(chi_square / static_cast<double>(absent) == Approx(0.9).margin(0.08));
}

TEST_CASE("grow random: all that is absent, when all is asked for", "[sparsity]") {
    INFO(seed_text());
    for (const auto& [kept, unused] : random_pattern_pairs(50, 12)) {
        const Pattern chosen = grow_random().choose({kept, kept, {}, test_stream()}, kept.positions() - kept.edges());
        CHECK(disjoint_union(kept, chosen).edges() == kept.positions());
    }
}

}  // namespace espalier::sparsity
