#include <cmath>

#include <espalier/base/memory/lowest_scores.hpp>
#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/sparsity/update/bilevel.hpp>

namespace espalier::sparsity {
namespace {

double derivative(SoftMask soft, double score) {
    if (soft == SoftMask::identity) return 1.0;
    const double half = 1.0 / (1.0 + std::exp(-score));
    return half * (1.0 - half);
}

}  // namespace

const std::vector<Choice<MaskGradient>>& mask_gradients() {
    static const std::vector<Choice<MaskGradient>> table = {
        {{"first_order", "gradient times weight", "Ji et al., ICML 2024 (BiDST); a reconstruction"},
         MaskGradient::first_order},
        {{"bilinear", "(weight - gradient / mask_ridge) times gradient: weights answer to the mask",
          "Zhang et al., NeurIPS 2022 (bi-level pruning)"},
         MaskGradient::bilinear},
    };
    return table;
}

const std::vector<Choice<SoftMask>>& soft_masks() {
    static const std::vector<Choice<SoftMask>> table = {
        {{"sigmoid", "the logistic function's at the score: very high and very low scores hardly move", ""},
         SoftMask::sigmoid},
        {{"identity", "1", ""}, SoftMask::identity},
    };
    return table;
}

const std::vector<Choice<MaskScope>>& mask_scopes() {
    static const std::vector<Choice<MaskScope>> table = {
        {{"layer", "those of a layer, which keeps its number of weights", ""}, MaskScope::layer},
        {{"global", "those of all layers that may change, each of which keeps one weight at least", ""},
         MaskScope::global},
    };
    return table;
}

double mask_gradient(const BilevelOptions& options, double weight, double gradient) {
    if (options.gradient == MaskGradient::first_order) return gradient * weight;
    return (weight - gradient / options.ridge) * gradient;
}

void step_scores(const BilevelOptions& options, std::span<const float> weights, std::span<const float> gradient,
                 std::span<float> scores) {
    for_row_runs(scores.size(), 10 * scores.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = begin; k < end; ++k) {
            const double slope = mask_gradient(options, weights[k], gradient[k]) * derivative(options.soft, scores[k]);
            scores[k] = static_cast<float>(scores[k] - options.rate * slope);
        }
    });
}

Pattern highest_scores(std::size_t rows, std::size_t cols, std::span<const float> scores, std::size_t kept,
                       const std::string& what) {
    const LowestScores lowest(scores, scores.size() - kept, what);
    const auto count = [&](std::size_t row) {
        std::size_t stay = 0;
        for (std::size_t k = row * cols; k < (row + 1) * cols; ++k) stay += lowest.contains(k) ? 0 : 1;
        return stay;
    };
    const auto fill = [&](std::size_t row, std::span<std::uint32_t> to) {
        std::size_t n = 0;
        for (std::size_t col = 0; n < to.size(); ++col) {
            to[n] = static_cast<std::uint32_t>(col);
            n += lowest.contains(row * cols + col) ? 0 : 1;
        }
    };
    return Pattern::by_rows(rows, cols, 2 * rows * cols, count, fill);
}

Pattern highest_scores(const Pattern& among, std::span<const float> scores, std::size_t kept, const std::string& what) {
    const LowestScores lowest(scores, scores.size() - kept, what);
    const auto count = [&](std::size_t row) {
        std::size_t stay = 0;
        for (std::size_t k = among.row_begin(row); k < among.row_begin(row + 1); ++k)
            stay += lowest.contains(k) ? 0 : 1;
        return stay;
    };
    const auto fill = [&](std::size_t row, std::span<std::uint32_t> to) {
        const auto cols = among.row(row);
        std::size_t n = 0;
        for (std::size_t k = 0; n < to.size(); ++k) {
            to[n] = cols[k];
            n += lowest.contains(among.row_begin(row) + k) ? 0 : 1;
        }
    };
    return Pattern::by_rows(among.rows(), among.cols(), 2 * among.edges(), count, fill);
}

}  // namespace espalier::sparsity
