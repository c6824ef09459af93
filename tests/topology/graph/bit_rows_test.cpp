#include <espalier/topology/graph/bit_rows.hpp>

#include "support.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("bit rows: equal a merge of both rows", "[topology][bit_rows]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(60, 200)) {
        const BitRows bits(b);
        std::vector<std::uint32_t> counts(b.rows(), 99);
        for (std::size_t i = 0; i < a.rows(); ++i) {
            bits.count(a.row(i), counts);
            for (std::size_t j = 0; j < b.rows(); ++j) REQUIRE(counts[j] == count_common(a.row(i), b.row(j)));
        }
    }
}

TEST_CASE("bit rows: nothing in common where there are no inputs", "[topology][bit_rows]") {
    std::vector<std::uint32_t> counts(3, 99);
    BitRows(Pattern::empty(3, 0)).count({}, counts);
    CHECK(counts == std::vector<std::uint32_t>{0, 0, 0});
    BitRows(Pattern::empty(0, 70)).count({}, {});
}

}  // namespace espalier::topology
