#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/sparsity/rules/rules.hpp>

#include "sparsity/position_rows.hpp"
#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

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
    for (const std::size_t cols : {7, 300, 70000}) {  // the last: one row per block
        const Pattern kept = random_pattern(20, cols, 0.2, stream);
        std::vector<float> gradient;
        for (std::size_t p = 0; p < kept.positions(); ++p)
            gradient.push_back(static_cast<float>(stream.below(50)) - 25.0F);
        const std::size_t k = (kept.positions() - kept.edges()) / 5;
        const auto expected = best_absent_by_definition(kept, gradient, k);
        for (const int count : {1, 2, 4}) {
            set_threads(count);
            CHECK((grow_gradient().choose({kept, kept, rows_of(gradient, cols), stream}, k).flat() == expected));
        }
        set_threads(1);
    }
}

TEST_CASE("grow gradient: exact where a sample of the rows misleads", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    constexpr std::size_t rows = 2048, cols = 600;
    const Pattern kept = random_pattern(rows, cols, 0.05, stream);
    for (const bool sampled_rows_are_large : {true, false}) {
        std::vector<float> gradient;
        for (std::size_t p = 0; p < kept.positions(); ++p) {
            const bool in_sample = p / cols % (rows / 16) < 2;
            const float factor = in_sample == sampled_rows_are_large ? 1000.0F : 1.0F;
            gradient.push_back(factor * (static_cast<float>(stream.below(5000)) - 2500.0F));
        }
        const std::size_t k = kept.positions() / 20;
        const auto expected = best_absent_by_definition(kept, gradient, k);
        for (const int count : {1, 2}) {
            set_threads(count);
            CHECK((grow_gradient().choose({kept, kept, rows_of(gradient, cols), stream}, k).flat() == expected));
        }
        set_threads(1);
    }
}

TEST_CASE("grow gradient: a gradient that is not a number is an error", "[sparsity]") {
    const Pattern kept = pattern({{1, 0, 0}});
    const std::vector<float> gradient{0.0F, 1.0F, std::nanf("")};
    CHECK_THROWS_AS(grow_gradient().choose({kept, kept, rows_of(gradient, 3), test_stream()}, 1), NumericError);
}

}  // namespace espalier::sparsity
