#include <cmath>
#include <map>

#include <espalier/base/error.hpp>
#include <espalier/base/threads.hpp>
#include <espalier/sparsity/rules.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

/// A dense gradient matrix as the hook that rules are given.
GradientRows rows_of(const std::vector<float>& matrix, std::size_t cols) {
    return [&matrix, cols](std::size_t first, std::size_t count, std::span<float> rows) {
        std::copy_n(matrix.begin() + static_cast<std::ptrdiff_t>(first * cols), count * cols, rows.begin());
    };
}

std::vector<std::uint64_t> best_absent_by_definition(const Pattern& kept, const std::vector<float>& gradient,
                                                     std::size_t k) {
    std::vector<std::pair<float, std::uint64_t>> absent;
    for (std::uint64_t p = 0; p < gradient.size(); ++p) {
        if (!kept.contains(p / kept.cols(), p % kept.cols())) absent.emplace_back(-std::abs(gradient[p]), p);
    }
    std::ranges::sort(absent);
    std::vector<std::uint64_t> best;
    for (std::size_t i = 0; i < k; ++i) best.push_back(absent[i].second);
    std::ranges::sort(best);
    return best;
}

}  // namespace

TEST_CASE("grow gradient: exactly the top k of the absent positions, block by block as at once", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const std::size_t cols : {7, 300, 70000}) {  // the last: one row a block
        const Pattern kept = random_pattern(20, cols, 0.2, stream);
        std::vector<float> gradient;
        for (std::size_t p = 0; p < kept.positions(); ++p)
            gradient.push_back(static_cast<float>(stream.below(50)) - 25.0F);
        const std::size_t k = (kept.positions() - kept.edges()) / 5;
        const auto expected = best_absent_by_definition(kept, gradient, k);
        for (const int count : {1, 2, 4}) {
            set_threads(count);
            CHECK((grow_gradient().choose({kept, rows_of(gradient, cols), stream}, k) == expected));
        }
        set_threads(1);
    }
}

TEST_CASE("grow gradient: a gradient that is not a number is an error", "[sparsity]") {
    const Pattern kept = pattern({{1, 0, 0}});
    const std::vector<float> gradient{0.0F, 1.0F, std::nanf("")};
    CHECK_THROWS_AS(grow_gradient().choose({kept, rows_of(gradient, 3), test_stream()}, 1), NumericError);
}

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

TEST_CASE("drop magnitude: scores are absolute values", "[sparsity]") {
    const Pattern p = pattern({{1, 1, 1}});
    const std::vector<float> values{-2.0F, 0.5F, 0.0F};
    std::vector<float> scores(3);
    drop_magnitude().score({p, values, {}, test_stream()}, scores);
    CHECK(scores == std::vector<float>{2.0F, 0.5F, 0.0F});
}

}  // namespace espalier::sparsity
