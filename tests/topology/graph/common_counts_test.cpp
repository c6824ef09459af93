#include <espalier/topology/graph/common_counts.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("common counts: equal a merge of both rows, from empty to full", "[topology][common_counts]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(150, 30)) {
        const CommonCounts counter(b);
        std::vector<std::uint32_t> counts(b.rows(), 99);
        for (std::size_t i = 0; i < a.rows(); ++i) {
            counter.count(a.row(i), counts);
            for (std::size_t j = 0; j < b.rows(); ++j) REQUIRE(counts[j] == count_common(a.row(i), b.row(j)));
        }
        for (std::size_t j = 0; j < b.rows(); ++j) REQUIRE(counter.degrees()[j] == b.row(j).size());
    }
}

TEST_CASE("common counts: a full layer shares everything", "[topology][common_counts]") {
    const CommonCounts counter(Pattern::full(3, 5));
    std::vector<std::uint32_t> counts(3);
    counter.count(std::vector<std::uint32_t>{4, 0}, counts);
    CHECK(counts == std::vector<std::uint32_t>{2, 2, 2});
}

}  // namespace espalier::topology
