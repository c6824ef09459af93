#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/sparsity/masks/random_mask.hpp>
#include <espalier/sparsity/rules/rules.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

/// Scores at positions out of a dense matrix; remembers how many were asked for.
struct Gradient {
    std::vector<float> dense;
    mutable std::size_t asked = 0;

    PositionScores at() const {
        return [this](const Pattern& where, std::span<float> scores) {
            const auto flat = where.flat();
            for (std::size_t k = 0; k < flat.size(); ++k) scores[k] = dense[flat[k]];
            asked += flat.size();
        };
    }
};

Gradient random_gradient(std::size_t positions, Stream& stream) {
    Gradient gradient;
    for (std::size_t k = 0; k < positions; ++k) gradient.dense.push_back(static_cast<float>(stream.below(99)) - 49.0F);
    return gradient;
}

}  // namespace

TEST_CASE("grow gradient_sampled: the best of the pool that the stream draws", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int trial = 0; trial < 40; ++trial) {
        const std::size_t rows = 1 + stream.below(30);
        const std::size_t cols = 1 + stream.below(30);
        const Pattern kept = random_pattern(rows, cols, 0.3, stream);
        const std::size_t absent = kept.positions() - kept.edges();
        const Gradient gradient = random_gradient(kept.positions(), stream);
        const std::size_t count = absent / 20;
        const GrowContext context{kept, kept, {}, stream, gradient.at(), {3.5}};
        const Pattern grown = grow_gradient_sampled().choose(context, count);
        CHECK(grown.edges() == count);
        const std::size_t size = static_cast<std::size_t>(3.5 * static_cast<double>(count));
        CHECK(gradient.asked == size);
        const auto pool = absent_positions(kept, random_subset(absent, size, stream)).flat();
        std::vector<std::pair<float, std::uint64_t>> order;
        for (const std::uint64_t p : pool) order.emplace_back(-std::abs(gradient.dense[p]), p);
        std::ranges::sort(order);
        std::vector<std::uint64_t> expected;
        for (std::size_t k = 0; k < count; ++k) expected.push_back(order[k].second);
        std::ranges::sort(expected);
        CHECK(grown.flat() == expected);
    }
}

TEST_CASE("grow gradient_sampled: with a pool of everything, as rule gradient", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Pattern kept = random_pattern(60, 70, 0.3, stream);
    const Gradient gradient = random_gradient(kept.positions(), stream);
    const PositionRows rows = [&](std::size_t first, std::size_t count, std::span<float> to) {
        std::copy_n(gradient.dense.begin() + static_cast<std::ptrdiff_t>(first * 70), count * 70, to.begin());
    };
    const GrowContext context{kept, kept, rows, stream, gradient.at(), {1e6}};
    for (const int count : {1, 2, 4}) {
        set_threads(count);
        CHECK((grow_gradient_sampled().choose(context, 100) == grow_gradient().choose(context, 100)));
    }
    set_threads(1);
}

TEST_CASE("grow gradient_sampled: a gradient that is not a number is an error", "[sparsity]") {
    const Pattern kept = pattern({{1, 0, 0}});
    Gradient gradient;
    gradient.dense = {0.0F, std::nanf(""), 1.0F};
    const GrowContext context{kept, kept, {}, test_stream(), gradient.at(), {10.0}};
    CHECK_THROWS_AS(grow_gradient_sampled().choose(context, 1), NumericError);
}

}  // namespace espalier::sparsity
