#pragma once

#include <cstdint>
#include <vector>

#include <espalier/base/patterns/pattern_update.hpp>
#include <espalier/sparsity/rules/living_neurons.hpp>
#include <espalier/sparsity/update/exploration.hpp>
#include <espalier/sparsity/update/update_form.hpp>
#include <espalier/sparsity/update/update_plan.hpp>

namespace espalier::sparsity {

/// What growth may look at, beside what DropContext has.
struct GrowSource {
    PositionRows rows{};                          ///< of the score that the grow rule wants
    const ExploredPositions* explored = nullptr;  ///< null where no union of masks is kept
    const LivingNeurons* living = nullptr;        ///< the others' weights are gone for good; null: all live
    Stream stream;
    PositionScores at{};            ///< of the gradient
    Communicator* ranks = nullptr;  ///< GrowContext::ranks
};

/// The drop rule's scores with its options' noise.
/// @throws NumericError where one is NaN
std::vector<float> drop_scores(const DropRule& rule, const DropContext& context);

/// One layer's exchange: drops `dropped` weights and grows `grown`, both multiples of the form's blocks. Weights
/// dropped and grown again in the same update are not new: they keep value and state, unless the plan says otherwise.
/// With `source.living` the form is that of single weights, and no other neuron has weights.
///
/// Rows are dealt to threads; the result is the same for any number of them.
/// Cost: O(edges + rows) time beside what the grow rule takes; 8 bytes per edge at most, and as many bytes per row.
PatternUpdate exchange(const UpdatePlan& plan, const UpdateForm& form, const DropContext& drop, std::size_t dropped,
                       std::size_t grown, const GrowSource& source);

/// The positions that such an exchange grows, of which those that were just dropped may be some.
Pattern grown_by_exchange(const UpdatePlan& plan, const UpdateForm& form, const DropContext& drop, std::size_t dropped,
                          std::size_t grown, const GrowSource& source);

/// One layer without the `dropped` weights that score lowest; nothing grows.
PatternUpdate prune(const UpdatePlan& plan, const UpdateForm& form, const DropContext& drop, std::size_t dropped);

/// How many weights each layer loses when the `total` lowest scores of all layers together go; of equal scores those of
/// later layers and higher positions. No layer is left fewer than `min_per_layer`, as long as others can give more.
std::vector<std::size_t> global_drop_counts(const std::vector<std::vector<float>>& scores, std::size_t total,
                                            std::size_t min_per_layer);

/// How many positions each layer grows when the `total` highest scores of all layers together come, or all there are;
/// of equal ones those of earlier layers and lower positions.
std::vector<std::size_t> global_grow_counts(const std::vector<std::vector<float>>& scores, std::size_t total);

}  // namespace espalier::sparsity
