#include <espalier/topology/assignment/candidate_lists.hpp>

#include "topology/similarities.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// What a list promises of one row.
void check_row(const CandidateLists& lists, const WrittenSimilarities& all, std::size_t a) {
    std::vector<double> line(all.size());
    all.row(a, line);
    std::vector<char> is_listed(all.size(), 0);
    std::uint32_t from = 0;
    for (const Candidate& c : lists.row(a)) {
        REQUIRE(c.column >= from);
        REQUIRE(c.similarity == line[c.column]);
        is_listed[c.column] = 1;
        from = c.column + 1;
    }
    for (std::size_t b = 0; b < line.size(); ++b) {
        if (is_listed[b] != 0) continue;
        if (lists.is_complete(a)) {
            REQUIRE(line[b] == 0);
        } else {
            REQUIRE((line[b] == 0 || line[b] - lists.first_price()[b] <= lists.rest(a)));
        }
    }
}

}  // namespace

TEST_CASE("candidate lists: nothing better is left out, and they grow until nothing is",
          "[topology][candidate_lists]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 40; ++trial) {
        Stream stream = test_stream(trial);
        const std::size_t size = 1 + stream.below(trial < 35 ? 60 : 1500);
        const std::uint64_t levels = trial % 3 == 0 ? 2 : 1 << 20;
        const WrittenSimilarities all(random_square_costs(size, levels, 0.1 * (trial % 10), stream));
        CandidateLists lists(all, 4);
        for (std::size_t b = 0; b < size; ++b) {
            double largest = 0;
            for (std::size_t a = 0; a < size; ++a) largest = std::max(largest, 1 - all.costs()(a, b));
            REQUIRE(lists.first_price()[b] == largest);
        }
        for (std::size_t a = 0; a < size; ++a) check_row(lists, all, a);
        const std::size_t row = stream.below(size);
        int extensions = 0;
        for (; !lists.is_complete(row); ++extensions) {
            lists.extend(row);
            check_row(lists, all, row);
        }
        CHECK(extensions <= 12);
    }
}

}  // namespace espalier::topology
