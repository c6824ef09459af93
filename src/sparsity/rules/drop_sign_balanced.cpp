#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <espalier/base/memory/lowest_scores.hpp>
#include <espalier/sparsity/rules/score_each.hpp>

namespace espalier::sparsity {
namespace {

constexpr float surely_goes = -1.0F;  // below every absolute value

bool is_negative(float value) {
    return value < 0.0F;
}

/// How many of one sign go: weights that are exactly 0 count as positive.
std::size_t share_of_sign(const DropContext& context, bool negative) {
    const auto of_sign = static_cast<std::size_t>(
        std::ranges::count_if(context.values, [&](float value) { return is_negative(value) == negative; }));
    return rounded_share(context.fraction, of_sign, context.options.rounding);
}

void mark_sign(const DropContext& context, bool negative, std::span<float> scores) {
    std::vector<float> of_sign(scores.size());
    score_each(of_sign, [&](std::size_t k) {
        const float value = context.values[k];
        return is_negative(value) == negative ? std::abs(value) : std::numeric_limits<float>::infinity();
    });
    const LowestScores lowest(of_sign, share_of_sign(context, negative), "drop rule sign_balanced");
    for (std::size_t k = 0; k < scores.size(); ++k) {
        if (lowest.contains(k)) scores[k] = surely_goes;
    }
}

struct Interval {
    float low = 0.0F;
    float high = 0.0F;

    bool contains(float value) const { return low <= value && value <= high; }
};

/// SET's program: between two of the sorted values, a share of the negatives below the one nearest 0 and of the
/// positives above it, both ends included; small layers lose more than the share.
Interval published_interval(const DropContext& context) {
    std::vector<float> sorted(context.values.begin(), context.values.end());
    std::ranges::sort(sorted);
    const auto nearer_zero = [](float a, float b) { return std::abs(a) < std::abs(b); };
    const auto n = static_cast<double>(sorted.size());
    const auto first = static_cast<double>(std::ranges::min_element(sorted, nearer_zero) - sorted.begin());
    const auto from_end =
        static_cast<double>(std::min_element(sorted.rbegin(), sorted.rend(), nearer_zero) - sorted.rbegin());
    const double last = n - from_end;
    const auto low = static_cast<std::size_t>((1.0 - context.fraction) * first);
    const auto high = static_cast<std::size_t>(last + context.fraction * (n - last));
    return {sorted[low], sorted[std::min(sorted.size() - 1, high)]};
}

std::size_t count_of_both_signs(const DropContext& context) {
    if (context.values.empty() || context.fraction == 0.0) return 0;
    if (!context.options.inclusive_thresholds) return share_of_sign(context, false) + share_of_sign(context, true);
    const Interval gone = published_interval(context);
    return static_cast<std::size_t>(
        std::ranges::count_if(context.values, [&](float value) { return gone.contains(value); }));
}

void score(const DropContext& context, std::span<float> scores) {
    score_each(scores, [&](std::size_t k) { return std::abs(context.values[k]); });
    if (scores.empty() || context.fraction == 0.0) return;
    if (!context.options.inclusive_thresholds) {
        mark_sign(context, false, scores);
        mark_sign(context, true, scores);
        return;
    }
    const Interval gone = published_interval(context);
    score_each(scores, [&](std::size_t k) {
        return gone.contains(context.values[k]) ? surely_goes : std::abs(context.values[k]);
    });
}

}  // namespace

DropRule drop_sign_balanced() {
    return {{"sign_balanced", "the fraction of the negative values nearest 0 and the fraction of the positive ones",
             "Mocanu et al., Nature Communications 2018 (SET's own rule, exact in number)"},
            score,
            count_of_both_signs};
}

}  // namespace espalier::sparsity
