#include <algorithm>
#include <limits>
#include <optional>

#include <boost/random/normal_distribution.hpp>

#include <espalier/base/memory/lowest_scores.hpp>
#include <espalier/base/memory/release.hpp>
#include <espalier/sparsity/masks/pattern_sets.hpp>
#include <espalier/sparsity/update/best_in_groups.hpp>
#include <espalier/sparsity/update/exchange.hpp>

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

/// What the layer between the living has been so far.
Pattern explored_mask(const Pattern& before, const GrowSource& source) {
    const LivingNeurons* living = source.living;
    if (living == nullptr) return source.explored->mask(before.rows(), before.cols());
    return living->among(source.explored->mask(living->all_rows(), living->all_cols()));
}

/// The positions that may not grow, those kept among them; nothing where these are all.
std::optional<Pattern> taken_beside_kept(const UpdatePlan& plan, const Pattern& before, const Pattern& kept,
                                         const GrowSource& source) {
    std::optional<Pattern> taken;
    const bool unfired = plan.candidates == CandidateSet::never_active || plan.grow->only_never_active;
    if (unfired && source.explored != nullptr) {
        taken = united(kept, explored_mask(before, source));
    } else if (plan.candidates == CandidateSet::not_just_dropped) {
        taken = before;
    }
    return taken;
}

/// Exactly `count` absent positions, or all there are: first those not taken, then others that are not kept.
Pattern chosen(const UpdatePlan& plan, const Pattern& before, const Pattern& kept, const std::optional<Pattern>& taken,
               const GrowSource& source, std::size_t count) {
    const Pattern& closed = taken ? *taken : kept;
    const std::size_t open = closed.positions() - closed.edges();
    const auto choose = [&](const Pattern& but, std::size_t number) {
        return plan.grow->choose({before, but, source.rows, source.stream, source.at, plan.grow_options, source.ranks},
                                 number);
    };
    Pattern first = choose(closed, std::min(count, open));
    if (count <= open || !taken) return first;
    const Pattern now_kept = disjoint_union(kept, first);
    const std::size_t left = std::min(count - open, now_kept.positions() - now_kept.edges());
    return disjoint_union(first, choose(now_kept, left));
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
    const PositionRows rows = source.rows ? source.rows : random_rows(before.cols(), source.stream);
    parts.fresh = best_in_groups({before, taken ? *taken : parts.kept, rows, source.stream}, parts.kept, group_size);
    return parts;
}

Exchanged exchanged_blocks(const UpdatePlan& plan, const BlockShape& block, const DropContext& drop,
                           std::size_t dropped, std::size_t grown, const GrowSource& source) {
    const Pattern blocks = blocks_of(drop.pattern, block);
    GrowSource pooled{.stream = source.stream, .ranks = source.ranks};
    if (source.rows) pooled.rows = block_rows(source.rows, drop.pattern.cols(), block);
    const Exchanged parts = exchanged(plan, blocks, block_means(blocks, block, drop_scores(*plan.drop, drop)),
                                      dropped / block.size(), grown / block.size(), 0, pooled);
    return {expanded(parts.kept, block), expanded(parts.fresh, block)};
}

/// The exchange of the layer between the living. Their weights are all there are, so scores keep their order.
Exchanged exchanged_among(const LivingNeurons& living, const UpdatePlan& plan, const DropContext& drop,
                          std::size_t dropped, std::size_t grown, const GrowSource& source) {
    const GrowSource among{living.among(source.rows), source.explored, &living, source.stream,
                           living.among(source.at),   source.ranks};
    const Exchanged parts =
        exchanged(plan, living.among(drop.pattern), drop_scores(*plan.drop, drop), dropped, grown, 0, among);
    return {living.back(parts.kept), living.back(parts.fresh)};
}

Exchanged exchanged_in_form(const UpdatePlan& plan, const UpdateForm& form, const DropContext& drop,
                            std::size_t dropped, std::size_t grown, const GrowSource& source) {
    if (form.is_in_blocks()) return exchanged_blocks(plan, form.block, drop, dropped, grown, source);
    if (source.living != nullptr) return exchanged_among(*source.living, plan, drop, dropped, grown, source);
    return exchanged(plan, drop.pattern, drop_scores(*plan.drop, drop), dropped, grown, form.group_size, source);
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
    Exchanged parts = exchanged_in_form(plan, form, drop, dropped, grown, source);
    Pattern after = disjoint_union(parts.kept, parts.fresh);
    parts.kept = Pattern();  // gone before the remap needs memory
    if (plan.regrown == RegrownValue::keep) parts.fresh = Pattern();
    PatternUpdate update = PatternUpdate::between(drop.pattern, std::move(after));
    if (plan.regrown == RegrownValue::as_new) forget_regrown(update, parts.fresh);
    return update;
}

Pattern grown_by_exchange(const UpdatePlan& plan, const UpdateForm& form, const DropContext& drop, std::size_t dropped,
                          std::size_t grown, const GrowSource& source) {
    return exchanged_in_form(plan, form, drop, dropped, grown, source).fresh;
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

std::vector<std::size_t> global_grow_counts(const std::vector<std::vector<float>>& scores, std::size_t total) {
    std::vector<float> all;  // the lowest go, of equal ones the later: as those that come, upside down
    for (const std::vector<float>& layer : scores) all.insert(all.end(), layer.begin(), layer.end());
    const LowestScores stays(all, all.size() - std::min(total, all.size()), "growth");
    std::vector<std::size_t> counts;
    std::size_t begin = 0;
    for (const std::vector<float>& layer : scores) {
        std::size_t count = 0;
        for (std::size_t k = 0; k < layer.size(); ++k) count += stays.contains(begin + k) ? 0 : 1;
        counts.push_back(count);
        begin += layer.size();
    }
    return counts;
}

}  // namespace espalier::sparsity
