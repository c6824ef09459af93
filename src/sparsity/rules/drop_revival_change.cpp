#include <algorithm>
#include <cmath>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/sparsity/rules/rules.hpp>

namespace espalier::sparsity {
namespace {

/// What weight decay has multiplied all weights of a neuron without gradients by: the factor that fits best. Of a
/// single weight any would, so that none is looked for.
double common_factor(const DropContext& context, std::size_t begin, std::size_t end) {
    constexpr double least = 0.5;  // what shrinks by more between two updates is not at rest
    double products = 0.0;
    double squares = 0.0;
    for (std::size_t k = begin; k < end; ++k) {
        products += static_cast<double>(context.values[k]) * context.tracked[k];
        squares += static_cast<double>(context.tracked[k]) * context.tracked[k];
    }
    return end - begin < 2 || squares == 0.0 ? 1.0 : std::clamp(products / squares, least, 1.0);
}

/// A neuron none of whose incoming weights has changed since the last update, but for decay, gets no gradient: it is
/// dormant, or nothing behind it listens. One weight that has not changed says less, since its input may be 0 for every
/// sample.
bool is_unchanged(const DropContext& context, std::size_t begin, std::size_t end) {
    const double factor = common_factor(context, begin, end);
    double largest = 0.0;
    double moved = 0.0;
    for (std::size_t k = begin; k < end; ++k) {
        const double value = context.values[k];
        largest = std::max(largest, std::abs(value));
        moved = std::max(moved, std::abs(value - factor * context.tracked[k]));
    }
    return moved <= context.options.revival_tolerance * largest;
}

/// How far a weight went down since the last update, below 0; 0 where it did not.
float descent(float value, float before, RevivalNext next) {
    if (next == RevivalNext::smallest) return 0.0F;
    const float change = next == RevivalNext::shrunk ? std::abs(value) - std::abs(before) : value - before;
    return std::min(change, 0.0F);
}

/// Three classes that follow one another in one order of numbers: up to -1, from -1/2 to 0, from 0 on. Powers of two
/// keep the order within a class exactly.
float score_of(float value, float before, bool unchanged, RevivalNext next) {
    constexpr float far = 0x1p60F;    // the weights nearest 0 that a run can have come below -1
    constexpr float near = 0x1p-32F;  // the largest changes stay above -1/2
    if (unchanged && value < 0.0F) return std::min(value * far, -1.0F);
    const float change = descent(value, before, next);
    return change < 0.0F ? std::max(change * near, -0.5F) : std::abs(value);
}

}  // namespace

DropRule drop_revival_change() {
    DropRule rule;
    rule.name = "revival_change";
    rule.help =
        "of neurons whose weights stood still since the last update the most negative incoming ones; then what "
        "sparsity.revival_next says. A reconstruction";
    rule.source = "Li et al., ICLR 2024 (NeurRev)";
    rule.tracking = Tracking::previous;
    rule.ranks_in_classes = true;
    rule.score = [](const DropContext& context, std::span<float> scores) {
        for_row_runs(context.pattern.rows(), scores.size(), [&](std::size_t first, std::size_t last) {
            for (std::size_t row = first; row < last; ++row) {
                const std::size_t begin = context.pattern.row_begin(row);
                const std::size_t end = context.pattern.row_begin(row + 1);
                const bool unchanged = is_unchanged(context, begin, end);
                for (std::size_t k = begin; k < end; ++k)
                    scores[k] =
                        score_of(context.values[k], context.tracked[k], unchanged, context.options.revival_next);
            }
        });
    };
    return rule;
}

}  // namespace espalier::sparsity
