#include <algorithm>
#include <cmath>

#include <espalier/sparsity/rules/candidate_pool.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("candidate pool: the best k of all rows, ties by the lower position, and a bound that never lies",
          "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int round = 0; round < 200; ++round) {
        const std::size_t rows = 1 + stream.below(30);
        const std::size_t cols = 1 + stream.below(12);
        const std::size_t k = stream.below(rows * cols + 3);
        CandidatePool pool(k, 3 * cols);
        std::vector<std::pair<float, std::uint64_t>> all;  // minus the score, position
        for (std::size_t row = 0; row < rows;) {
            Candidates next;
            const float bound = pool.bound();
            for (const std::size_t end = std::min(rows, row + 3); row < end; ++row) {
                next.row_sizes.push_back(0);
                for (std::uint32_t col = 0; col < cols; ++col) {
                    const auto score = static_cast<float>(stream.below(6));  // many ties
                    all.emplace_back(-score, row * cols + col);
                    if (score < bound) continue;
                    ++next.row_sizes.back();
                    next.cols.push_back(col);
                    next.scores.push_back(score);
                }
            }
            pool.append(next);
        }
        std::ranges::sort(all);
        all.resize(std::min(k, all.size()));
        std::vector<std::uint64_t> expected;
        for (const auto& [score, position] : all) expected.push_back(position);
        std::ranges::sort(expected);
        CHECK((std::move(pool).best(cols).flat() == expected));
    }
}

TEST_CASE("candidate pool: from 2 k candidates on, the bound lies just above the worst of the best k", "[sparsity]") {
    CandidatePool pool(2, 4);
    pool.append({.row_sizes = {4}, .cols = {0, 1, 2, 3}, .scores = {3, 1, 2, 4}});
    const float least = std::nextafter(3.0F, 4.0F);
    CHECK(pool.bound() == least);
    pool.append({.row_sizes = {2}, .cols = {0, 1}, .scores = {least, least}});  // better than 3 by the least there is
    CHECK((std::move(pool).best(4).flat() == std::vector<std::uint64_t>{3, 4}));
}

}  // namespace espalier::sparsity
