#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/text/named.hpp>

/// Masks as the upper of two levels: every position has a score, positions with the highest are the mask, and scores go
/// down the gradient that the loss has at the mask (definitions.md 3.20).
namespace espalier::sparsity {

/// How the loss' gradient at a mask M, of which the layer uses z = M w, follows from g, that at z.
enum class MaskGradient {
    first_order,  ///< g w: weights as they are
    bilinear,     ///< (w - g / ridge) g: weights as they would answer, the solution of a ridge problem
};
/// What stands in for the derivative of choosing the highest.
enum class SoftMask {
    sigmoid,   ///< that of the logistic function at the score
    identity,  ///< 1
};
/// Which positions compete for a place in the mask.
enum class MaskScope { layer, global };

const std::vector<Choice<MaskGradient>>& mask_gradients();
const std::vector<Choice<SoftMask>>& soft_masks();
const std::vector<Choice<MaskScope>>& mask_scopes();

struct BilevelOptions {
    double rate = 0.1;  ///< of a step of the scores
    MaskGradient gradient = MaskGradient::first_order;
    SoftMask soft = SoftMask::sigmoid;
    double ridge = 1.0;  ///< of bilinear
    MaskScope scope = MaskScope::layer;
    double candidates = 1.0;  ///< share of the absent positions that an update looks at, drawn anew; 1: all
};

/// The gradient at a mask's entry.
double mask_gradient(const BilevelOptions& options, double weight, double gradient);

/// One step of scores: s <- s - rate * mask_gradient * derivative of the soft mask. In double, rounded once.
/// @param weights, gradient, scores  [positions], of any positions alike
void step_scores(const BilevelOptions& options, std::span<const float> weights, std::span<const float> gradient,
                 std::span<float> scores);

/// The `kept` positions of a matrix with the highest scores [rows x cols], of equal ones the lower.
/// @param what  names the scores in errors
/// @throws NumericError where a score is NaN
Pattern highest_scores(std::size_t rows, std::size_t cols, std::span<const float> scores, std::size_t kept,
                       const std::string& what);

/// The same among the positions of a pattern. @param scores [edges]
Pattern highest_scores(const Pattern& among, std::span<const float> scores, std::size_t kept, const std::string& what);

}  // namespace espalier::sparsity
