#include <cmath>

#include <espalier/base/memory/lowest_scores.hpp>
#include <espalier/sparsity/masks/random_mask.hpp>
#include <espalier/sparsity/rules/score_each.hpp>

namespace espalier::sparsity {
namespace {

/// The `count` positions of a mask whose scores are largest, of equal ones the lower positions.
Pattern best_of(const Pattern& pool, std::span<const float> scores, std::size_t count) {
    const LowestScores goes(scores, pool.edges() - count, "grow rule gradient_sampled");
    const auto stays = [&](std::size_t k) { return !goes.contains(k); };
    return Pattern::by_rows(
        pool.rows(), pool.cols(), 2 * pool.edges(),
        [&](std::size_t row) {
            std::size_t number = 0;
            for (std::size_t k = pool.row_begin(row); k < pool.row_begin(row + 1); ++k) number += stays(k) ? 1 : 0;
            return number;
        },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            auto next = to.begin();
            const auto cols = pool.row(row);
            for (std::size_t k = 0; k < cols.size(); ++k) {
                if (stays(pool.row_begin(row) + k)) *next++ = cols[k];
            }
        });
}

Pattern best_of_sample(const GrowContext& context, std::size_t count) {
    const std::size_t absent = context.taken.positions() - context.taken.edges();
    const double wanted = context.options.sample_factor * static_cast<double>(count);
    const std::size_t size = wanted < static_cast<double>(absent) ? static_cast<std::size_t>(wanted) : absent;
    const Pattern pool = absent_positions(context.taken, random_subset(absent, size, context.stream));
    std::vector<float> scores(pool.edges());
    context.at(pool, scores);
    score_each(scores, [&](std::size_t k) { return std::abs(scores[k]); });
    return best_of(pool, scores, count);
}

}  // namespace

GrowRule grow_gradient_sampled() {
    return {{"gradient_sampled",
             "as gradient, among sparsity.sample_factor times as many random absent positions as grow: no dense "
             "gradient is computed",
             ""},
            GrowScore::gradient,
            best_of_sample};
}

}  // namespace espalier::sparsity
