#include <algorithm>
#include <limits>
#include <optional>

#include <boost/random/normal_distribution.hpp>

#include <espalier/base/release.hpp>
#include <espalier/sparsity/best_in_groups.hpp>
#include <espalier/sparsity/exchange.hpp>
#include <espalier/sparsity/lowest_scores.hpp>

namespace espalier::sparsity {
namespace {

/// What stays when the lowest `dropped` scores go.
Pattern survivors(const Pattern& pattern, std::span<const float> scores, std::size_t dropped, const std::string& what) {
    const LowestScores goes(scores, dropped, what);
    const auto count = [&](std::size_t row) {
        std::size_t stay = 0;
        for (std::size_t k = pattern.row_begin(row); k < pattern.row_begin(row + 1); ++k)
            stay += goes.contains(k) ? 0 : 1;
        return stay;
    };
    const auto fill = [&](std::size_t row, std::span<std::uint32_t> to) {
        const auto cols = pattern.row(row);
        const std::size_t begin = pattern.row_begin(row);
        // Without branches, which nobody could foresee: every column is written, and stands where it stays.
        std::size_t n = 0;
        for (std::size_t k = 0; n < to.size(); ++k) {
            to[n] = cols[k];
            n += goes.contains(begin + k) ? 0 : 1;
        }
    };
    return Pattern::by_rows(pattern.rows(), pattern.cols(), 2 * pattern.edges(), count, fill);
}

std::string scorer(const UpdatePlan& plan) {
    return "drop rule " + plan.drop->name;
}

Pattern united(const Pattern& a, const Pattern& b) {
    return Pattern::by_rows(
        a.rows(), a.cols(), a.edges() + b.edges(),
        [&](std::size_t row) { return a.row(row).size() + b.row(row).size() - count_common(a.row(row), b.row(row)); },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            std::ranges::set_union(a.row(row), b.row(row), to.begin());
        });
}

/// The positions that may not grow, those kept among them; nothing where these are all.
std::optional<Pattern> taken_beside_kept(const UpdatePlan& plan, const Pattern& before, const Pattern& kept,
                                         const GrowSource& source) {
    std::optional<Pattern> taken;
    const bool unfired = plan.candidates == CandidateSet::never_active || plan.grow->only_never_active;
    if (unfired && source.explored != nullptr) {
        taken = united(kept, source.explored->mask(before.rows(), before.cols()));
    } else if (plan.candidates == CandidateSet::not_just_dropped) {
        taken = before;
    }
    if (source.barred != nullptr) taken = united(taken ? *taken : kept, *source.barred);
    return taken;
}

/// Exactly `count` absent positions, or all there are: first those not taken, then others that are not kept.
Pattern chosen(const UpdatePlan& plan, const Pattern& before, const Pattern& kept, const std::optional<Pattern>& taken,
               const GrowSource& source, std::size_t count) {
    const Pattern& closed = taken ? *taken : kept;
    const std::size_t open = closed.positions() - closed.edges();
    const Pattern first = plan.grow->choose({before, closed, source.rows, source.stream}, std::min(count, open));
    if (count <= open || !taken) return first;
    Pattern now_kept = disjoint_union(kept, first);
    if (source.barred != nullptr) now_kept = united(now_kept, *source.barred);
    const std::size_t left = std::min(count - open, now_kept.positions() - now_kept.edges());
    return disjoint_union(first, plan.grow->choose({before, now_kept, source.rows, source.stream}, left));
}

/// Weights that came back in this update count as new.
void forget_regrown(PatternUpdate& update, const Pattern& grown) {
    const Pattern& after = update.pattern;
    for_row_runs(after.rows(), after.edges(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            const auto cols = after.row(row);
            std::size_t k = 0;
            for (const std::uint32_t col : grown.row(row)) {
                while (cols[k] != col) ++k;
                update.source[after.row_begin(row) + k] = PatternUpdate::grown_here;
            }
        }
    });
}

/// What an exchange keeps of the mask and what it grows, of weights or of blocks.
struct Exchanged {
    Pattern kept;
    Pattern fresh;
};

Exchanged exchanged(const UpdatePlan& plan, const Pattern& before, std::vector<float> scores, std::size_t dropped,
                    std::size_t grown, std::size_t group_size, const GrowSource& source) {
    Exchanged parts;
    parts.kept = survivors(before, scores, dropped, scorer(plan));
    release(scores);  // growth may need the memory
    const std::optional<Pattern> taken = taken_beside_kept(plan, before, parts.kept, source);
    if (group_size == 0) {
        parts.fresh = chosen(plan, before, parts.kept, taken, source, grown);
        return parts;
    }
    const PositionRows rows =
        plan.grow->score == GrowScore::none ? random_rows(before.cols(), source.stream) : source.rows;
    parts.fresh = best_in_groups({before, taken ? *taken : parts.kept, rows, source.stream}, parts.kept, group_size);
    return parts;
}

Exchanged exchanged_blocks(const UpdatePlan& plan, const BlockShape& block, const DropContext& drop,
                           std::size_t dropped, std::size_t grown, const GrowSource& source) {
    const Pattern blocks = blocks_of(drop.pattern, block);
    GrowSource pooled{{}, nullptr, nullptr, source.stream};
    if (source.rows) pooled.rows = block_rows(source.rows, drop.pattern.cols(), block);
    const Exchanged parts = exchanged(plan, blocks, block_means(blocks, block, drop_scores(*plan.drop, drop)),
                                      dropped / block.size(), grown / block.size(), 0, pooled);
    return {expanded(parts.kept, block), expanded(parts.fresh, block)};
}

}  // namespace

std::vector<float> drop_scores(const DropRule& rule, const DropContext& context) {
    std::vector<float> scores(context.pattern.edges());
    rule.score(context, scores);
    if (context.options.noise == 0.0) return scores;
    Stream stream = context.stream;
    boost::random::normal_distribution<double> noise(0.0, context.options.noise);
    for (float& score : scores) score += static_cast<float>(noise(stream));
    return scores;
}

PatternUpdate exchange(const UpdatePlan& plan, const UpdateForm& form, const DropContext& drop, std::size_t dropped,
                       std::size_t grown, const GrowSource& source) {
    Exchanged parts = form.is_in_blocks() ? exchanged_blocks(plan, form.block, drop, dropped, grown, source)
                                          : exchanged(plan, drop.pattern, drop_scores(*plan.drop, drop), dropped, grown,
                                                      form.group_size, source);
    Pattern after = disjoint_union(parts.kept, parts.fresh);
    parts.kept = Pattern();  // gone before the remap needs memory
    if (plan.regrown == RegrownValue::keep) parts.fresh = Pattern();
    PatternUpdate update = PatternUpdate::between(drop.pattern, std::move(after));
    if (plan.regrown == RegrownValue::as_new) forget_regrown(update, parts.fresh);
    return update;
}

PatternUpdate prune(const UpdatePlan& plan, const UpdateForm& form, const DropContext& drop, std::size_t dropped) {
    const std::vector<float> scores = drop_scores(*plan.drop, drop);
    if (!form.is_in_blocks()) {
        return PatternUpdate::between(drop.pattern, survivors(drop.pattern, scores, dropped, scorer(plan)));
    }
    const Pattern blocks = blocks_of(drop.pattern, form.block);
    const std::vector<float> means = block_means(blocks, form.block, scores);
    const Pattern kept = survivors(blocks, means, dropped / form.block.size(), scorer(plan));
    return PatternUpdate::between(drop.pattern, expanded(kept, form.block));
}

std::vector<std::size_t> global_drop_counts(const std::vector<std::vector<float>>& scores, std::size_t total,
                                            std::size_t min_per_layer) {
    std::vector<float> all;
    for (const std::vector<float>& layer : scores) {
        const std::size_t begin = all.size();
        all.insert(all.end(), layer.begin(), layer.end());
        // The highest scores of a layer that is to keep some go last of all.
        const std::size_t safe = std::min(min_per_layer, layer.size());
        const LowestScores rest(layer, layer.size() - safe, "pruning");
        for (std::size_t k = 0; safe > 0 && k < layer.size(); ++k) {
            if (!rest.contains(k)) all[begin + k] = std::numeric_limits<float>::infinity();
        }
    }
    const LowestScores goes(all, std::min(total, all.size()), "pruning");
    std::vector<std::size_t> counts;
    std::size_t begin = 0;
    for (const std::vector<float>& layer : scores) {
        std::size_t count = 0;
        for (std::size_t k = 0; k < layer.size(); ++k) count += goes.contains(begin + k) ? 1 : 0;
        counts.push_back(count);
        begin += layer.size();
    }
    return counts;
}

}  // namespace espalier::sparsity
