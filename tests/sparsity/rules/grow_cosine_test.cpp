#include <algorithm>
#include <set>

#include <espalier/sparsity/masks/pattern_sets.hpp>
#include <espalier/sparsity/rules/rules.hpp>

#include "sparsity/position_rows.hpp"
#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

/// A layer's mask before an update, what of it is left, and a score of every position; no two are equal.
struct Case {
    Pattern before;
    Pattern kept;
    std::vector<float> scores;

    Case(std::size_t rows, std::size_t cols, double density, Stream& stream)
        : before(random_pattern(rows, cols, density, stream)), scores(rows * cols) {
        std::vector<std::uint64_t> stay;
        for (const std::uint64_t position : before.flat()) {
            if (stream.below(3) > 0) stay.push_back(position);
        }
        kept = Pattern::from_flat(rows, cols, stay);
        for (std::size_t k = 0; k < scores.size(); ++k) scores[k] = static_cast<float>(k + 1);
        for (std::size_t k = scores.size(); k > 1; --k) std::swap(scores[k - 1], scores[stream.below(k)]);
    }

    std::size_t gone() const { return before.edges() - kept.edges(); }
    GrowContext context(const Stream& stream) const { return {before, kept, rows_of(scores, before.cols()), stream}; }
};

std::set<std::uint64_t> as_set(const Pattern& mask) {
    const auto flat = mask.flat();
    return {flat.begin(), flat.end()};
}

/// By sorting all absent positions.
std::set<std::uint64_t> most_similar(const Case& c, std::size_t count) {
    std::vector<std::pair<float, std::uint64_t>> absent;
    for (std::uint64_t p = 0; p < c.scores.size(); ++p) {
        if (!as_set(c.kept).contains(p)) absent.emplace_back(-c.scores[p], p);
    }
    std::ranges::sort(absent);
    std::set<std::uint64_t> best;
    for (std::size_t k = 0; k < count; ++k) best.insert(absent[k].second);
    return best;
}

}  // namespace

TEST_CASE("grow cosine: the most similar absent positions", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int k = 0; k < 30; ++k) {
        const std::size_t rows = 1 + stream.below(12);
        const std::size_t cols = 1 + stream.below(12);
        const Case c(rows, cols, 0.4, stream);
        CHECK(as_set(grow_cosine().choose(c.context(stream), c.gone())) == most_similar(c, c.gone()));
        CHECK(as_set(grow_cosine_seq().choose(c.context(stream), c.gone())) == most_similar(c, c.gone()));
    }
}

TEST_CASE("grow cosine_seq: without similarities any absent position, as rule random", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Case c(20, 30, 0.3, stream);
    GrowContext context = c.context(stream);
    context.rows = {};
    CHECK(grow_cosine_seq().choose(context, c.gone()) == grow_random().choose(context, c.gone()));
}

TEST_CASE("grow cosine_sim: the similar ones that were not just dropped, and random ones beside", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    int with_random = 0;
    for (int k = 0; k < 200; ++k) {
        const std::size_t rows = 1 + stream.below(12);
        const std::size_t cols = 1 + stream.below(12);
        const double density = 0.1 * static_cast<double>(stream.below(8));
        const Case c(rows, cols, density, stream);
        const auto chosen = as_set(grow_cosine_sim().choose(c.context(stream), c.gone()));
        CHECK(chosen.size() == c.gone());  // no position twice
        const auto similar = most_similar(c, c.gone());
        const auto before = as_set(c.before);
        const auto kept = as_set(c.kept);
        std::size_t returned = 0;
        std::size_t fresh = 0;
        for (const std::uint64_t p : similar) {
            if (before.contains(p)) continue;
            CHECK(chosen.contains(p));
            ++fresh;
        }
        for (const std::uint64_t p : chosen) {
            CHECK_FALSE(kept.contains(p));
            returned += before.contains(p) ? 1 : 0;
        }
        const std::size_t never_there = c.scores.size() - before.size();
        CHECK(returned == (c.gone() > never_there ? c.gone() - never_there : 0));  // only where there is no other
        with_random += fresh < c.gone() && never_there > c.gone() ? 1 : 0;
    }
    CHECK(with_random > 20);
}

TEST_CASE("grow cosine_sim: what replaces is uniform among the positions in neither", "[sparsity]") {
    // Row: kept, dropped (most similar), three others: one of these comes, each a third of the time.
    const Pattern before = pattern({{1, 1, 0, 0, 0}});
    const Pattern kept = pattern({{1, 0, 0, 0, 0}});
    const std::vector<float> scores{0, 9, 3, 2, 1};
    std::vector<int> came(5, 0);
    const int trials = 3000;
    for (std::uint64_t step = 0; step < trials; ++step) {
        const Stream stream(1, Purpose::test, 0, step);
        ++came[grow_cosine_sim().choose({before, kept, rows_of(scores, 5), stream}, 1).row(0)[0]];
    }
    CHECK(came[0] + came[1] == 0);
    for (const int col : {2, 3, 4}) CHECK(came[static_cast<std::size_t>(col)] == Approx(trials / 3.0).margin(150));
}

TEST_CASE("pattern sets: union and difference as of sets", "[sparsity]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(100, 12)) {
        auto both = as_set(a);
        both.merge(as_set(b));
        CHECK(as_set(united(a, b)) == both);
        auto left = as_set(a);
        for (const std::uint64_t p : b.flat()) left.erase(p);
        CHECK(as_set(without(a, b)) == left);
    }
}

}  // namespace espalier::sparsity
