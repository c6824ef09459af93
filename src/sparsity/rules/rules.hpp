#pragma once

#include <functional>
#include <span>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>
#include <espalier/base/ranks/communicator.hpp>
#include <espalier/base/text/named.hpp>
#include <espalier/base/text/registry.hpp>
#include <espalier/sparsity/rules/update_options.hpp>

namespace espalier::sparsity {

/// What a drop rule keeps of every weight from update to update, beside its value.
enum class Tracking {
    none,
    movement,  ///< sum of -w g over the steps since the weight came
    previous,  ///< the value at the last update, 0 of what came since
};

/// What a drop rule may look at: one layer after the optimizer step, its gradient from before it.
struct DropContext {
    const Pattern& pattern;
    std::span<const float> values;    ///< [edges]
    std::span<const float> gradient;  ///< [edges]
    std::span<const float> tracked;   ///< [edges] as DropRule::tracking says; empty where it says none
    double fraction = 0.0;            ///< of the kept weights that is to go
    DropOptions options;
    Stream stream;
    std::span<const double> activity{};  ///< [rows] share of samples that a neuron fires for; empty: not measured
};

/// Scores the kept weights; those with the lowest scores are dropped, of equal scores the higher positions
/// (definitions.md 3.5).
struct DropRule : Named {
    std::function<void(const DropContext&, std::span<float> scores)> score;
    /// How many go; where null: the fraction of the kept weights, rounded as the options say.
    std::function<std::size_t(const DropContext&)> count = nullptr;
    Tracking tracking = Tracking::none;
    bool has_threshold = false;     ///< how many go follows from options.threshold, which adapts from update to update
    bool reads_activity = false;    ///< of DropContext
    bool ranks_in_classes = false;  ///< scores order the single weights of one layer, and mean nothing else
};

/// How many of a layer's weights the rule drops.
std::size_t drop_count(const DropRule& rule, const DropContext& context);

/// The fraction of a count, rounded down or up.
std::size_t rounded_share(double fraction, std::size_t count, Rounding rounding);

/// Rows of something that has one number for every position of a layer, kept or not: fills rows [first, first + count),
/// row-major, [count x cols]. Thread-safe. A whole matrix need not exist, and several machines could each add their
/// share to a block.
using PositionRows = std::function<void(std::size_t first, std::size_t count, std::span<float> rows)>;

/// The same numbers at the positions of a mask alone: fills scores[k] for its position k, [edges].
using PositionScores = std::function<void(const Pattern& where, std::span<float> scores)>;

/// What a grow rule ranks positions by.
enum class GrowScore {
    none,
    gradient,     ///< of the last batch
    momentum,     ///< a running mean of gradients, which the method then keeps for every position
    accumulated,  ///< the sum of the gradients since the last update, kept for every position
    similarity,   ///< of the two neurons' activations over the training set
};

/// What a grow rule may look at.
struct GrowContext {
    const Pattern& before;  ///< the mask before the update
    const Pattern& taken;   ///< no candidates: what is kept, and whatever else may not grow
    PositionRows rows;      ///< of the score that the rule wants; empty once a plateau ended it
    Stream stream;
    PositionScores at{};  ///< of the gradient, where the rule wants that
    GrowOptions options{};
    Communicator* ranks =
        nullptr;  ///< that choose together, all with the same context, and may share the work; null: one
};

/// Chooses exactly `count` positions that are not taken, as a mask of their own; there are so many
/// (definitions.md 3.8).
struct GrowRule : Named {
    GrowScore score = GrowScore::none;
    std::function<Pattern(const GrowContext&, std::size_t count)> choose;
    bool only_never_active = false;  ///< candidates are CandidateSet::never_active, whatever is configured
    bool until_plateau = false;      ///< grows randomly once the validation accuracy stops improving
};

/// All there are. What plug-ins add comes last.
const Registry<DropRule>& drop_rules();
const Registry<GrowRule>& grow_rules();

/// @throws ConfigError where there is one of this name
void add_drop_rule(DropRule rule);
void add_grow_rule(GrowRule rule);

// The rules, one file each; the tables in rules.cpp are the only other place that knows them.
DropRule drop_magnitude();
DropRule drop_sign_balanced();
DropRule drop_threshold();
DropRule drop_taylor();
DropRule drop_saliency();
DropRule drop_magnitude_gradient();
DropRule drop_movement();
DropRule drop_magnitude_change();
DropRule drop_revival_activity();
DropRule drop_revival_change();
DropRule drop_random();
GrowRule grow_random();
GrowRule grow_unfired();
GrowRule grow_gradient();
GrowRule grow_momentum();
GrowRule grow_hebbian();
GrowRule grow_gradient_sampled();
GrowRule grow_cosine();
GrowRule grow_cosine_seq();
GrowRule grow_cosine_sim();

}  // namespace espalier::sparsity
