#include <espalier/base/patterns/pattern_update.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("pattern update: survivors keep their values, grown positions get the fill", "[base][pattern]") {
    const Pattern from = pattern({{1, 1, 0}, {0, 1, 1}});
    const PatternUpdate update = PatternUpdate::between(from, pattern({{1, 0, 1}, {1, 1, 0}}));
    CHECK(update.dropped == 2);
    CHECK(update.grown == 2);
    std::vector<float> values{1, 2, 3, 4};
    update.apply(values, -1.0F);
    CHECK(values == std::vector<float>{1, -1, -1, 3});
}

TEST_CASE("pattern update: between any two masks, every weight goes where its position goes", "[base][pattern]") {
    INFO(seed_text());
    for (const auto& [from, to] : random_pattern_pairs(100, 20)) {
        std::vector<std::uint64_t> values = from.flat();  // each value names its own position
        const PatternUpdate update = PatternUpdate::between(from, to);
        update.apply(values, PatternUpdate::grown_here);
        const std::vector<std::uint64_t> places = to.flat();
        REQUIRE(values.size() == places.size());
        std::size_t grown = 0;
        for (std::size_t k = 0; k < places.size(); ++k) {
            const bool was_there = from.contains(places[k] / to.cols(), places[k] % to.cols());
            CHECK(values[k] == (was_there ? places[k] : PatternUpdate::grown_here));
            grown += was_there ? 0 : 1;
        }
        CHECK(update.grown == grown);
        CHECK(from.edges() - update.dropped + update.grown == to.edges());
    }
}

}  // namespace espalier
