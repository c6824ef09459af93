#pragma once

#include <cstddef>
#include <vector>

#include <espalier/base/text/named.hpp>

/// What papers and programs do differently in one topology update (definitions.md 3.1), by name.
namespace espalier::sparsity {

/// How a share of a count becomes a count.
enum class Rounding { floor, ceil };
/// Which absent positions may grow.
enum class CandidateSet {
    all_absent,
    not_just_dropped,
    never_active,
};
/// What a weight gets that is dropped and grown in the same update.
enum class RegrownValue { keep, as_new };
/// Which parameters there are: the kept weights; or every position's, of which the largest are the kept weights; or
/// those and a score each, of which the highest are kept.
enum class Parameters { kept, dense, scored };
/// Whether the masked optimizer state is all there is, or absent positions go on gathering momentum.
enum class MomentumState { masked, dense };
/// When the gradient that ranks positions is taken.
enum class GradientTime { before_step, fresh };
/// Which positions without a gradient grow where those with one are too few.
enum class ZeroGradient { in_order, random };
/// What revival_change drops behind the weights of neurons that stood still.
enum class RevivalNext { smallest, shrunk, fallen };

const std::vector<Choice<Rounding>>& roundings();
const std::vector<Choice<CandidateSet>>& candidate_sets();
const std::vector<Choice<RegrownValue>>& regrown_values();
const std::vector<Choice<Parameters>>& parameter_sets();
const std::vector<Choice<MomentumState>>& momentum_states();
const std::vector<Choice<GradientTime>>& gradient_times();
const std::vector<Choice<ZeroGradient>>& zero_gradients();
const std::vector<Choice<RevivalNext>>& revival_followers();

/// Of grow rules.
struct GrowOptions {
    double sample_factor = 10.0;  ///< of gradient_sampled: candidates looked at, in multiples of those wanted
    ZeroGradient zero_gradient = ZeroGradient::in_order;  ///< of rules that rank all absent positions by gradients
};

/// Of drop rules.
struct DropOptions {
    Rounding rounding = Rounding::floor;
    double gradient_weight = 0.01;      ///< lambda of magnitude_gradient
    double threshold = 1e-3;            ///< of threshold, as it stands now
    bool inclusive_thresholds = false;  ///< of sign_balanced: SET's published program
    double noise = 0.0;                 ///< deviation of what is added to the scores of the other rules
    double dormant_threshold = 0.01;    ///< of revival_activity: a neuron that fires for a smaller share is dormant
    double revival_tolerance = 1e-3;    ///< of revival_change: what is no change, over a neuron's largest weight
    RevivalNext revival_next = RevivalNext::smallest;
};

}  // namespace espalier::sparsity
