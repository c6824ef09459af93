#include <algorithm>
#include <cmath>

#include <espalier/base/ranks/thread_ranks.hpp>
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

TEST_CASE("grow gradient: ranks that look at some rows each find the same together", "[sparsity][ranks]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const std::size_t rows : {3, 61, 200}) {
        const std::size_t cols = 20000 / rows;
        const Pattern kept = random_pattern(rows, cols, 0.2, stream);
        std::vector<float> gradient;  // many equal ones
        for (std::size_t p = 0; p < kept.positions(); ++p)
            gradient.push_back(static_cast<float>(stream.below(50)) - 25.0F);
        const std::size_t k = (kept.positions() - kept.edges()) / 7;
        const auto expected = best_absent_by_definition(kept, gradient, k);
        for (const int count : {1, 2, 4, 8}) {
            std::vector<std::vector<std::uint64_t>> found(static_cast<std::size_t>(count));
            run_as_ranks(count, [&](Communicator& ranks) {
                GrowContext context{kept, kept, rows_of(gradient, cols), stream};
                context.ranks = &ranks;
                found[static_cast<std::size_t>(ranks.rank())] = grow_gradient().choose(context, k).flat();
            });
            for (const std::vector<std::uint64_t>& positions : found) CHECK((positions == expected));
        }
    }
}

TEST_CASE("grow gradient: of positions without a gradient the lower ones grow, or any", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int trial = 0; trial < 30; ++trial) {
        const Pattern kept = random_pattern(12, 300, 0.2, stream);
        std::vector<float> gradient(kept.positions(), 0.0F);
        for (float& g : gradient) {
            if (stream.below(20) == 0) g = static_cast<float>(stream.below(9)) - 4.0F;
        }
        std::size_t with_one = 0;
        std::vector<std::uint64_t> zeros;
        for (std::uint64_t p = 0; p < gradient.size(); ++p) {
            if (kept.contains(p / 300, p % 300)) continue;
            if (gradient[p] != 0.0F) ++with_one;
            if (gradient[p] == 0.0F) zeros.push_back(p);
        }
        const GrowContext in_order{kept, kept, rows_of(gradient, 300), stream};
        GrowContext random = in_order;
        random.options.zero_gradient = ZeroGradient::random;
        for (const GrowRule& rule : {grow_gradient(), grow_momentum(), grow_hebbian()}) {
            INFO(rule.name);
            // Enough have one: nothing is drawn.
            CHECK(rule.choose(random, with_one) == rule.choose(in_order, with_one));
            CHECK(rule.choose(random, with_one / 2) == rule.choose(in_order, with_one / 2));
            const std::size_t rest = zeros.size() / 3;
            const Pattern ordered = rule.choose(in_order, with_one + rest);
            const Pattern drawn = rule.choose(random, with_one + rest);
            CHECK(drawn.edges() == with_one + rest);
            CHECK(disjoint_union(kept, drawn).edges() == kept.edges() + drawn.edges());
            for (std::uint64_t p = 0; p < gradient.size(); ++p) {
                const bool grows = drawn.contains(p / 300, p % 300);
                if (gradient[p] != 0.0F) CHECK(grows == ordered.contains(p / 300, p % 300));
            }
            // Every third of the others, wherever they lie: about as many of the later as of the earlier half.
            std::size_t late = 0;
            for (std::size_t k = zeros.size() / 2; k < zeros.size(); ++k)
                late += drawn.contains(zeros[k] / 300, zeros[k] % 300) ? 1 : 0;
            CHECK(std::abs(static_cast<double>(late) - static_cast<double>(rest) / 2.0) <
                  5.0 * std::sqrt(static_cast<double>(rest) / 4.0));
            for (const int count : {2, 4}) {
                set_threads(count);
                CHECK(rule.choose(random, with_one + rest) == drawn);
            }
            set_threads(1);
            GrowContext other = random;
            other.stream = test_stream(77);
            CHECK(rule.choose(other, with_one + rest) != drawn);
            CHECK(rule.choose(random, with_one + zeros.size()).edges() == with_one + zeros.size());
        }
    }
}

TEST_CASE("grow gradient: a gradient that is not a number is an error", "[sparsity]") {
    const Pattern kept = pattern({{1, 0, 0}});
    const std::vector<float> gradient{0.0F, 1.0F, std::nanf("")};
    GrowContext context{kept, kept, rows_of(gradient, 3), test_stream()};
    CHECK_THROWS_AS(grow_gradient().choose(context, 1), NumericError);
    context.options.zero_gradient = ZeroGradient::random;
    CHECK_THROWS_AS(grow_gradient().choose(context, 1), NumericError);
}

}  // namespace espalier::sparsity
