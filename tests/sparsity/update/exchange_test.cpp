#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/sparsity/masks/random_mask.hpp>
#include <espalier/sparsity/update/exchange.hpp>

#include "sparsity/position_rows.hpp"
#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

struct Rules {
    DropRule drop;
    GrowRule grow;
    UpdatePlan plan;
    explicit Rules(GrowRule rule) : drop(drop_magnitude()), grow(std::move(rule)) {
        plan.drop = &drop;
        plan.grow = &grow;
    }
    Rules(const Rules&) = delete;
};

/// One layer's exchange of a fraction.
PatternUpdate update_topology(const UpdatePlan& plan, double fraction, const Pattern& before,
                              std::span<const float> values, const PositionRows& rows, const Stream& stream,
                              const UpdateForm& form = {}) {
    const DropContext context{before, values, values, {}, fraction, {}, stream};
    const std::size_t unit = form.block.size();
    const std::size_t count = rounded_share(fraction, values.size() / unit, Rounding::floor) * unit;
    return exchange(plan, form, context, count, count, {rows, nullptr, nullptr, stream});
}

}  // namespace

TEST_CASE("exchange: RigL's worked example", "[sparsity]") {
    // definitions.md 3.17: f = 0.4 drops (0,1) and (1,2), grows (1,2) and (0,2); (1,2) keeps its value
    const Pattern before = pattern({{1, 1, 0, 1}, {0, 1, 1, 0}});
    const std::vector<float> values{0.5F, -0.1F, 0.3F, -0.7F, 0.2F};
    const std::vector<float> gradient{0.9F, 0.2F, -0.6F, 0.1F, 0.05F, 0.3F, 0.7F, -0.4F};
    const Rules rules(grow_gradient());
    PatternUpdate update = update_topology(rules.plan, 0.4, before, values, rows_of(gradient, 4), test_stream());
    CHECK(update.pattern == pattern({{1, 0, 1, 1}, {0, 1, 1, 0}}));
    std::vector<float> moved = values;
    update.apply(moved, 0.0F);
    CHECK(moved == std::vector<float>{0.5F, 0.0F, 0.3F, -0.7F, 0.2F});
    CHECK(update.dropped == 1);
    CHECK(update.grown == 1);
}

TEST_CASE("exchange: counts hold exactly, survivors are the largest, over many random layers", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const GrowRule& rule : {grow_random(), grow_gradient(), grow_momentum()}) {
        const Rules rules(rule);
        for (const auto& [before, unused] : random_pattern_pairs(200, 15)) {
            std::vector<float> values, gradient;
            for (const double v : random_values(before.edges(), stream)) values.push_back(static_cast<float>(v));
            for (const double v : random_values(before.positions(), stream)) gradient.push_back(static_cast<float>(v));
            const double fraction = static_cast<double>(stream.below(11)) / 10.0;
            const PatternUpdate update =
                update_topology(rules.plan, fraction, before, values, rows_of(gradient, before.cols()), stream);
            CHECK(update.pattern.edges() == before.edges());
            CHECK(update.dropped == update.grown);
            const auto limit = static_cast<std::size_t>(fraction * static_cast<double>(before.edges()));
            CHECK(update.grown <= limit);
            float largest_gone = 0.0F;
            float smallest_kept = 2.0F;
            const auto flat = before.flat();
            std::size_t stayed = 0;
            for (std::size_t k = 0; k < flat.size(); ++k) {
                const bool stays = update.pattern.contains(flat[k] / before.cols(), flat[k] % before.cols());
                if (!stays) largest_gone = std::max(largest_gone, std::abs(values[k]));
                stayed += stays ? 1 : 0;
            }
            if (update.grown == limit) {  // nothing came back: the survivors are exactly the largest
                for (std::size_t k = 0; k < flat.size(); ++k) {
                    if (update.pattern.contains(flat[k] / before.cols(), flat[k] % before.cols())) {
                        smallest_kept = std::min(smallest_kept, std::abs(values[k]));
                    }
                }
                CHECK(largest_gone <= smallest_kept);
            }
            CHECK(stayed == before.edges() - update.dropped);
        }
    }
}

TEST_CASE("exchange: fraction 0 changes nothing, equal weights drop the later positions", "[sparsity]") {
    const Pattern before = pattern({{1, 1, 1, 1, 0, 0}});
    const std::vector<float> equal(4, 0.5F);
    const std::vector<float> gradient{0, 0, 0, 0, 1, 2};
    const Rules rules(grow_gradient());
    CHECK(update_topology(rules.plan, 0.0, before, equal, rows_of(gradient, 6), test_stream()).pattern == before);
    CHECK(update_topology(rules.plan, 0.5, before, equal, rows_of(gradient, 6), test_stream()).pattern ==
          pattern({{1, 1, 0, 0, 1, 1}}));
}

TEST_CASE("exchange: dropped weights with the largest gradient come straight back with all they had", "[sparsity]") {
    const Pattern before = pattern({{1, 1, 1, 0, 0}});
    const std::vector<float> values{0.1F, 0.2F, 0.3F};
    const std::vector<float> gradient{9, 8, 0, 1, 2};
    const Rules rules(grow_gradient());
    const PatternUpdate update = update_topology(rules.plan, 0.7, before, values, rows_of(gradient, 5), test_stream());
    CHECK(update.pattern == before);
    CHECK(update.grown == 0);
    CHECK(update.source == std::vector<std::uint32_t>{0, 1, 2});
}

TEST_CASE("exchange: the same for any number of threads, and exact in number after many updates", "[sparsity]") {
    INFO(seed_text());
    const std::size_t rows = 500, cols = 600;
    Stream stream = test_stream();
    std::vector<float> gradient;
    for (const double v : random_values(rows * cols, stream)) gradient.push_back(static_cast<float>(v));
    for (const GrowRule& rule : {grow_random(), grow_gradient(), grow_momentum()}) {
        const Rules rules(rule);
        for (const std::size_t edges : {60000, 200000}) {
            Pattern now = random_mask(rows, cols, edges, test_stream(1));
            std::vector<float> values(edges);
            for (float& value : values) value = static_cast<float>(stream.below(1000)) - 500.0F;  // with ties
            for (std::uint64_t step = 1; step <= 3; ++step) {
                std::vector<PatternUpdate> updates;
                for (const int number : {1, 2, 4}) {
                    set_threads(number);
                    updates.push_back(update_topology(rules.plan, 0.4, now, values, rows_of(gradient, cols),
                                                      Stream(1, Purpose::growth, 0, step)));
                }
                set_threads(1);
                for (const PatternUpdate& update : updates) {
                    CHECK((update.pattern == updates[0].pattern));
                    CHECK((update.source == updates[0].source));
                    CHECK(update.pattern.edges() == edges);
                    CHECK(update.dropped == update.grown);
                }
                updates[0].apply(values, 0.0F);
                now = updates[0].pattern;
            }
        }
    }
}

TEST_CASE("exchange: a score that is not a number is an error", "[sparsity]") {
    const Pattern before = pattern({{1, 1, 0}});
    const std::vector<float> values{1.0F, std::nanf("")};
    const Rules rules(grow_random());
    CHECK_THROWS_WITH(update_topology(rules.plan, 0.5, before, values, {}, test_stream()), Contains("magnitude"));
}

TEST_CASE("exchange: the options of the worked example", "[sparsity]") {
    // definitions.md 3.17
    const Pattern before = pattern({{1, 1, 0, 1}, {0, 1, 1, 0}});
    const std::vector<float> values{0.5F, -0.1F, 0.3F, -0.7F, 0.2F};
    const std::vector<float> gradient{0.9F, 0.2F, -0.6F, 0.1F, 0.05F, 0.3F, 0.7F, -0.4F};
    Rules rules(grow_gradient());
    rules.plan.regrown = RegrownValue::as_new;
    const PatternUpdate anew = update_topology(rules.plan, 0.4, before, values, rows_of(gradient, 4), test_stream());
    CHECK(anew.pattern == pattern({{1, 0, 1, 1}, {0, 1, 1, 0}}));
    std::vector<float> moved = values;
    anew.apply(moved, 0.0F);
    CHECK(moved == std::vector<float>{0.5F, 0.0F, 0.3F, -0.7F, 0.0F});
    rules.plan.regrown = RegrownValue::keep;
    rules.plan.candidates = CandidateSet::not_just_dropped;
    CHECK(update_topology(rules.plan, 0.4, before, values, rows_of(gradient, 4), test_stream()).pattern ==
          pattern({{1, 0, 1, 1}, {0, 1, 0, 1}}));
}

TEST_CASE("exchange: where too few others are left, what was just dropped may return", "[sparsity]") {
    const Pattern before = pattern({{1, 1, 1, 0}});
    const std::vector<float> values{1.0F, 2.0F, 3.0F};
    for (const GrowRule& rule : {grow_random(), grow_gradient()}) {
        Rules rules(rule);
        rules.plan.candidates = CandidateSet::not_just_dropped;
        const std::vector<float> gradient{1, 2, 3, 4};
        const PatternUpdate update =
            update_topology(rules.plan, 0.7, before, values, rows_of(gradient, 4), test_stream());
        CHECK(update.pattern.edges() == 3);
        CHECK(update.pattern.contains(0, 3));
    }
}

TEST_CASE("exchange: one ranking over all layers, by definition", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int round = 0; round < 200; ++round) {
        std::vector<std::vector<float>> scores(1 + stream.below(4));
        std::vector<std::tuple<float, std::size_t, std::size_t>> all;  // ascending: what goes first
        std::size_t number = 0;
        for (std::size_t l = 0; l < scores.size(); ++l) {
            for (std::uint64_t k = stream.below(12); k-- > 0;) {
                scores[l].push_back(static_cast<float>(stream.below(6)));
                all.emplace_back(scores[l].back(), 1000 - number++, l);  // of equal scores the later go first
            }
        }
        std::ranges::sort(all);
        const std::size_t total = all.empty() ? 0 : stream.below(all.size() + 1);
        std::vector<std::size_t> expected(scores.size(), 0);
        for (std::size_t k = 0; k < total; ++k) ++expected[std::get<2>(all[k])];
        CHECK(global_drop_counts(scores, total, 0) == expected);
        const auto guarded = global_drop_counts(scores, total, 2);
        for (std::size_t l = 0; l < scores.size(); ++l) {
            const std::size_t least = std::min<std::size_t>(2, scores[l].size());
            if (total + 2 * scores.size() <= all.size()) CHECK(scores[l].size() - guarded[l] >= least);
        }
    }
}

TEST_CASE("exchange: pruning alone leaves the largest", "[sparsity]") {
    const Pattern before = pattern({{1, 1, 0}, {0, 1, 1}});
    const std::vector<float> values{0.1F, -3.0F, 2.0F, 0.2F};
    Rules rules(grow_random());
    const DropContext context{before, values, {}, {}, 0.0, {}, test_stream()};
    CHECK(prune(rules.plan, {}, context, 2).pattern == pattern({{0, 1, 0}, {0, 1, 0}}));
}

}  // namespace espalier::sparsity
